"""Training the bundled model: each stage on little data, and the whole command."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tokenizers import normalizers

from ingest.training.__main__ import main
from ingest.training.alignment import learn_translations
from ingest.training.bags import Bags, tokenize
from ingest.training.charsmap import compile_charsmap
from ingest.training.contrast import Rows, Side, contrast
from ingest.training.corpus import Corpus, Pair, read_corpus, senses
from ingest.training.loop import Plan, train
from ingest.training.measure import main as measure_main
from ingest.training.measure import ndcg
from ingest.training.pack import pack
from ingest.training.start import start_vectors
from ingest.training.switching import make_switch
from ingest.training.tasks import Cloze, Imitation, Pairs, Task
from ingest.training.teacher import Teacher
from ingest.training.vocabulary import Vocabulary, make_tokenizer
from knowledge.embeddings import StaticEmbedder

WORDS = {"tax": "税", "voucher": "券", "loan": "贷款", "office": "办公室", "company": "公司"}
VOCABULARY = Vocabulary(
    ("[UNK]", *WORDS, *WORDS.values()), (1.0, *(0.1 for _ in range(2 * len(WORDS))))
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def _bags(*texts: list[int]) -> Bags:
    ids = np.asarray([i for text in texts for i in text], dtype=np.int32)
    return Bags(ids, np.cumsum([0, *map(len, texts)]).astype(np.int64))


def _lists(bags: Bags) -> list[list[int]]:
    return [part.tolist() for part in np.split(bags.ids, bags.starts[1:-1])]


# --- characters and tokens ------------------------------------------------------------------


def test_a_packed_character_map_replaces_its_characters_only() -> None:
    table = {"萬": "万", "曆": "历", "𠀾": "旧", "é": "e", "‘": "'"}
    normalizer = normalizers.Precompiled(compile_charsmap(table))
    text = "萬年曆 𠀾 café ‘x’ 一丁七万 end"
    expected = text
    for key, value in table.items():
        expected = expected.replace(key, value)
    assert normalizer.normalize_str(text) == expected


def test_a_character_map_refuses_a_key_that_starts_another() -> None:
    with pytest.raises(ValueError, match="start of another"):
        compile_charsmap({"a": "x", "ab": "y"})


def test_the_tokenizer_takes_the_likeliest_words() -> None:
    tokenizer = make_tokenizer({"算力": 1e-3, "算": 1e-3, "力": 1e-3, "tax": 1e-3, "50": 1e-3})
    assert tokenizer.encode("算力，TAX 50%！").tokens == ["算力", "tax", "50"]


def test_unknown_tokens_are_left_out_of_bags() -> None:
    tokenizer = make_tokenizer({"tax": 0.5, "税": 0.5})
    assert _lists(tokenize(tokenizer, ["tax 税", "", "☃ zz tax", "税税税"], 2)) == [
        [1, 2], [], [1], [2, 2],
    ]  # fmt: skip


# --- bags -----------------------------------------------------------------------------------


def test_taken_texts_come_in_the_order_asked() -> None:
    bags = _bags([1, 2], [3], [4, 5, 6])
    assert _lists(bags.take(np.asarray([2, 0, 2]))) == [[4, 5, 6], [1, 2], [4, 5, 6]]


def test_dropping_never_empties_a_text(rng: np.random.Generator) -> None:
    bags = _bags(*([i, i + 1] for i in range(100)))
    dropped = bags.drop(rng, 0.95)
    assert dropped.lengths.min() >= 1
    assert dropped.lengths.sum() < bags.lengths.sum()


def test_a_window_is_a_run_of_the_text(rng: np.random.Generator) -> None:
    bags = _bags(*(list(range(10 * i, 10 * i + 9)) for i in range(50)))
    window, inside = bags.window(rng, 3, 5)
    assert inside.sum() == window.lengths.sum()
    for run, whole in zip(_lists(window), _lists(bags), strict=True):
        assert 3 <= len(run) <= 5
        assert run == whole[whole.index(run[0]) :][: len(run)]


# --- the loss -------------------------------------------------------------------------------


def test_the_gradient_is_the_slope_of_the_loss(rng: np.random.Generator) -> None:
    rows = Rows.start(rng.standard_normal((12, 6)).astype(np.float32))
    left, right = _bags([1, 2], [3], [4, 4, 5]), _bags([6], [7, 1], [8, 9])

    def loss() -> float:
        one, other = Side.pool(rows, left), Side.pool(rows, right)
        return contrast(one.unit, other.unit, 0.5)[0]

    one, other = Side.pool(rows, left), Side.pool(rows, right)
    _, slope, slope_right = contrast(one.unit, other.unit, 0.5)
    whole = np.zeros_like(rows.vectors)
    for side, upstream in ((one, slope), (other, slope_right)):
        ids, gradient = side.gradient(upstream)
        whole[ids] += gradient
    for row, column in ((1, 0), (4, 2), (7, 5), (9, 3), (11, 1)):
        before, step = rows.vectors[row, column], np.float32(1e-2)
        rows.vectors[row, column] = before + step
        above = loss()
        rows.vectors[row, column] = before - step
        below = loss()
        rows.vectors[row, column] = before
        assert (above - below) / (2 * step) == pytest.approx(whole[row, column], abs=2e-3)


def test_pairs_marked_the_same_do_not_repel(rng: np.random.Generator) -> None:
    left = np.eye(2, dtype=np.float32)
    right = np.asarray([[1, 0], [1, 0]], dtype=np.float32)
    same = np.asarray([[False, True], [True, False]])
    assert contrast(left, right, 0.5, same)[0] < 1e-6
    assert contrast(left, right, 0.5)[0] > 0.5


def test_a_step_changes_only_the_rows_of_its_tokens(rng: np.random.Generator) -> None:
    rows = Rows.start(rng.standard_normal((6, 4)).astype(np.float32))
    before = rows.vectors.copy()
    rows.update(np.asarray([1, 4]), np.ones((2, 4), dtype=np.float32), 0.1)
    assert np.flatnonzero(np.any(rows.vectors != before, axis=1)).tolist() == [1, 4]


# --- translations ---------------------------------------------------------------------------


def test_alignment_learns_which_word_translates_which() -> None:
    zh = [["税", "公司"], ["税", "办公室"], ["公司", "办公室"], ["税"], ["公司"]]
    en = [["tax", "company"], ["tax", "office"], ["company", "office"], ["tax"], ["company"]]
    chinese, english = learn_translations(list(zip(zh, en, strict=True)))
    assert chinese["税"][0][0] == "tax"
    assert chinese["办公室"][0][0] == "office"
    assert english["company"][0][0] == "公司"


def test_a_weighted_pair_counts_for_more() -> None:
    pairs = [(["券"], ["voucher"]), (["券"], ["bond"])]
    table, _ = learn_translations(pairs, [4.0, 1.0])
    assert table["券"] == [("voucher", 0.8), ("bond", 0.2)]


def test_switching_replaces_tokens_by_their_translations(rng: np.random.Generator) -> None:
    switch = make_switch(
        Vocabulary(("[UNK]", "tax", "taxes", "税", "课税"), (1.0, 1e-4, 1e-5, 1e-4, 1e-4)),
        {"税": [("tax", 0.9)], "tax": [("税", 0.6), ("课税", 0.2)]},
    )
    assert _lists(switch.apply(_bags([3, 4], [4]), rng, 1.0)) == [[1, 4], [4]]
    many = switch.apply(_bags([1] * 4000), rng, 1.0).ids
    assert set(many.tolist()) == {3, 4}
    assert np.mean(many == 3) == pytest.approx(0.75, abs=0.04)


def test_switching_nothing_changes_nothing(rng: np.random.Generator) -> None:
    switch = make_switch(VOCABULARY, {"税": [("tax", 0.9)]})
    assert _lists(switch.apply(_bags([6, 1]), rng, 0.0)) == [[6, 1]]


# --- data -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gloss", "expected"),
    [
        ("inn; old-style hotel (CL:家); shop", ["inn", "old-style hotel", "shop"]),
        ("to subsidize; subsidy", ["subsidize", "subsidy"]),
        ("variant of 台; see 臺灣", []),
        ("(old) (Tw)", []),
        (
            "Longquanyi, a district of Chengdu City 成都市",
            ["Longquanyi, a district of Chengdu City"],
        ),
    ],
)
def test_a_gloss_is_reduced_to_its_senses(gloss: str, expected: list[str]) -> None:
    assert senses(gloss) == expected


def test_the_records_two_languages_are_parallel_text(tmp_path: Path) -> None:
    (tmp_path / "city.yaml").write_text(
        "- title: {zh: 算力券, en: Compute voucher}\n"
        "  summary: {zh: 补一半。, en: Half is paid.}\n"
        "  note: {zh: null, en: only English}\n",
        encoding="utf-8",
    )
    corpus = read_corpus(tmp_path, tmp_path)
    assert ("Compute voucher", "算力券") in corpus.parallel["records_en_zh"]
    assert ("算力券", "Half is paid.") in corpus.titles["records_title_summary"]
    assert len(corpus.parallel["records_en_zh"]) == 2


# --- start, training, packing ---------------------------------------------------------------


class LetterEncoder:
    """An encoder whose vectors say which letters a text has."""

    calls = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        LetterEncoder.calls += 1
        return [[float(text.count(chr(97 + i))) for i in range(26)] for text in texts]


def test_a_chinese_word_starts_from_the_vector_of_its_gloss(tmp_path: Path) -> None:
    glosses: list[Pair] = [(zh, en) for en, zh in WORDS.items()]
    teacher = Teacher(LetterEncoder(), tmp_path)
    vectors, projection = start_vectors(VOCABULARY, glosses, teacher, 4, seed=0)
    assert projection is not None
    assert not vectors[0].any()
    assert vectors[1 : 1 + len(WORDS)] == pytest.approx(vectors[1 + len(WORDS) :], abs=1e-5)


def test_encoded_texts_are_kept_on_disk(tmp_path: Path) -> None:
    teacher = Teacher(LetterEncoder(), tmp_path)
    first = teacher.encode(["tax", "loan"])
    before = LetterEncoder.calls
    assert np.array_equal(teacher.encode(["tax", "loan"]), first)
    assert LetterEncoder.calls == before


def _tasks() -> list[Task]:
    count = len(WORDS)
    english, chinese = (
        _bags(*([i + 1] for i in range(count))),
        _bags(*([i + 1 + count] for i in range(count))),
    )
    groups = np.arange(count), np.arange(count)
    return [
        Pairs("pairs", 0.5, english, chinese, groups),
        Cloze("cloze", 0.2, _bags(*([i + 1, i + 1 + count, i + 1] for i in range(count)))),
        Imitation("imitation", 0.3, english, np.eye(count, 8, dtype=np.float32)),
    ]


def _start() -> np.ndarray:
    return np.random.default_rng(1).standard_normal((1 + 2 * len(WORDS), 8)).astype(np.float32)


def test_training_brings_translations_together(tmp_path: Path) -> None:
    plan = Plan(steps=200, rate=0.03)
    vectors, record = train(_start(), _tasks(), plan, tmp_path)
    pack(vectors, make_tokenizer(dict.fromkeys(VOCABULARY.tokens[1:], 0.1)), tmp_path)
    model = StaticEmbedder(tmp_path)
    english, chinese = model.embed_array(list(WORDS)), model.embed_array(list(WORDS.values()))
    assert (english @ chinese.T).argmax(axis=1).tolist() == list(range(len(WORDS)))
    assert record.losses["pairs"] < record.first["pairs"]
    assert sum(record.draws.values()) == 200


def test_an_interrupted_run_ends_as_an_unbroken_one(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    unbroken, _ = train(_start(), _tasks(), Plan(steps=40, save_every=10), tmp_path / "a")

    def stop(step: int, _of: int, _text: str) -> None:
        if step == 27:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(_start(), _tasks(), Plan(steps=40, save_every=10), tmp_path / "b", stop)
    resumed, record = train(_start(), _tasks(), Plan(steps=40, save_every=10), tmp_path / "b")
    assert np.array_equal(unbroken, resumed)
    assert sum(record.draws.values()) == 20


def test_packing_keeps_the_vectors_directions(tmp_path: Path, rng: np.random.Generator) -> None:
    vectors = rng.standard_normal((3, 64)).astype(np.float32)
    vectors[0] = 0
    pack(vectors, make_tokenizer({"tax": 0.5, "税": 0.5}), tmp_path)
    model = StaticEmbedder(tmp_path)
    for word, vector in (("tax", vectors[1]), ("税", vectors[2])):
        assert np.dot(model.embed_query(word), vector / np.linalg.norm(vector)) > 0.9995


# --- the command ----------------------------------------------------------------------------


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    folder.mkdir()
    parallel = [(f"The {en} of company {i}.", f"公司{i}的{zh}。") for en, zh in WORDS.items()
                for i in range(20)]  # fmt: skip
    _write(folder / "news_en_zh.tsv.gz", parallel)
    _write(folder / "dictionary_zh_en.tsv.gz", [(zh, en) for en, zh in WORDS.items()])
    _write(
        folder / "faq_q_ctx_zh.tsv.gz",
        [(f"{zh}多少钱？", f"{zh}一百元。") for zh in WORDS.values()],
    )
    _write(
        folder / "laws_title_article_zh.tsv.gz", [(zh, f"{zh}法第一条。") for zh in WORDS.values()]
    )
    yield folder


def _write(file: Path, pairs: list[Pair]) -> None:
    with gzip.open(file, "wt", encoding="utf-8") as lines:
        lines.writelines(f"{a}\t{b}\n" for a, b in pairs)


def test_files_are_read_by_what_their_names_say(data: Path) -> None:
    corpus: Corpus = read_corpus(data)
    assert [*corpus.parallel, *corpus.dictionary, *corpus.questions, *corpus.titles] == [
        "news_en_zh", "dictionary_zh_en", "faq_q_ctx_zh", "laws_title_article_zh",
    ]  # fmt: skip
    assert len(set(corpus.texts())) == len(list(corpus.texts()))


@pytest.mark.slow
def test_one_command_makes_the_same_model_twice(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for run in ("one", "two"):
        arguments = ["--data", str(data), "--out", str(tmp_path / run), "--no-encoder"]
        assert main([*arguments, "--work", str(tmp_path / f"work-{run}"), "--steps", "6"]) == 0
    one, two = StaticEmbedder(tmp_path / "one"), StaticEmbedder(tmp_path / "two")
    assert one.model_id == two.model_id
    assert (tmp_path / "one" / "lexicon.tsv.gz").stat().st_size > 100
    assert one.model_id in capsys.readouterr().out


# --- measuring ------------------------------------------------------------------------------


def test_ndcg_falls_with_the_rank_of_the_answer() -> None:
    relevant = np.asarray([[True, False, False]])
    first, second, third = (
        ndcg(np.asarray([scores], dtype=np.float32), relevant)
        for scores in ([3, 2, 1], [2, 3, 1], [1, 3, 2])
    )
    assert (first, second, third) == pytest.approx((1, 0.6309, 0.5), abs=1e-4)


def test_a_query_without_answers_does_not_count() -> None:
    scores = np.asarray([[1, 0], [0, 1]], dtype=np.float32)
    assert ndcg(scores, np.asarray([[True, False], [False, False]])) == 1


def test_a_folder_of_translations_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, texts in (("corpus", WORDS.values()), ("queries", WORDS)):
        lines = (f'{{"_id": "{name[0]}{i}", "text": "{text}"}}' for i, text in enumerate(texts))
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    answers = "\n".join(f"q{i}\tc{i}\t1" for i in range(len(WORDS)))
    (tmp_path / "qrels.tsv").write_text(answers, encoding="utf-8")
    assert measure_main([str(tmp_path)]) == 0
    assert float(capsys.readouterr().out.split()[-1]) > 0.9
