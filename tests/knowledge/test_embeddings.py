"""The bundled model and sentence-transformers models, through the one `Embeddings` seam."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ingest.training.pack import content_digest, pack
from ingest.training.vocabulary import make_tokenizer
from knowledge.embeddings import BUNDLED, StaticEmbedder, load_embeddings
from knowledge.errors import ModelMissing

TEXTS = [
    "一人公司的算力补贴怎么申请？",
    "How does a one-person company apply for compute vouchers?",
    "臺灣的萬年曆 ＡＢＣ",
    "50% of the bill, at most CNY 200,000 a year",
    "今天天气很好 😀",
    "x" * 3000,
]


@pytest.fixture(scope="module")
def bundled() -> StaticEmbedder:
    return StaticEmbedder()


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A model of five words, in the form that training writes."""
    tokenizer = make_tokenizer({"tax": 0.2, "税": 0.2, "query": 0.2, "a": 0.1, "b": 0.1})
    vectors = np.random.default_rng(0).standard_normal((6, 8)).astype(np.float32)
    pack(vectors, tokenizer, tmp_path / "tiny")
    return tmp_path / "tiny"


def test_vectors_have_length_one(bundled: StaticEmbedder) -> None:
    lengths = np.linalg.norm(bundled.embed_documents(TEXTS), axis=1)
    assert lengths == pytest.approx(np.ones(len(TEXTS)), abs=1e-5)
    assert bundled.dimensions == 256


@pytest.mark.parametrize("empty", ["", "   \n", "。，！", "😀", "\u200b"])
def test_text_without_words_has_the_zero_vector(bundled: StaticEmbedder, empty: str) -> None:
    assert not np.any(bundled.embed_query(empty))


def test_no_documents_give_no_vectors(bundled: StaticEmbedder) -> None:
    assert bundled.embed_documents([]) == []


def test_a_question_and_a_document_of_the_same_words_have_the_same_vector(
    bundled: StaticEmbedder,
) -> None:
    assert [bundled.embed_query(text) for text in TEXTS] == bundled.embed_documents(TEXTS)


def test_more_documents_than_a_batch_keep_their_order(bundled: StaticEmbedder) -> None:
    texts = [f"第{number}条 clause {number}" for number in range(600)]
    array = bundled.embed_array(texts)
    assert array[599].tolist() == bundled.embed_query(texts[599])


async def test_the_async_calls_give_the_same_vectors(bundled: StaticEmbedder) -> None:
    assert await bundled.aembed_query(TEXTS[0]) == bundled.embed_query(TEXTS[0])
    assert await bundled.aembed_documents(TEXTS) == bundled.embed_documents(TEXTS)


@pytest.mark.parametrize(
    ("one", "other"),
    [("補貼", "补贴"), ("ＧＰＵ算力", "gpu算力"), ("Voucher", "voucher")],
)
def test_script_width_and_case_do_not_matter(bundled: StaticEmbedder, one: str, other: str) -> None:
    assert _cosine(bundled, one, other) > 0.97


@pytest.mark.parametrize(
    ("question", "near", "far"),
    [
        ("小企业能少交税吗", "tax relief for small enterprises", "the weather in the mountains"),
        ("free office space for start-ups", "创业者免租办公场地", "病毒的基因组序列"),
        ("员工的社会保险", "social insurance for employees", "regular expressions in Python"),
        ("申请截止日期", "deadline for applications", "a bowl of rice noodles"),
    ],
)
def test_a_translation_is_nearer_than_another_subject(
    bundled: StaticEmbedder, question: str, near: str, far: str
) -> None:
    assert _cosine(bundled, question, near) > _cosine(bundled, question, far) + 0.1


def test_the_model_id_is_the_digest_of_the_shipped_files(bundled: StaticEmbedder) -> None:
    assert bundled.model_id == f"static-zh-en@{content_digest(BUNDLED)}"


def test_the_shipped_files_are_small() -> None:
    assert sum(file.stat().st_size for file in BUNDLED.rglob("*") if file.is_file()) <= 30e6


def test_the_bundled_model_needs_neither_torch_nor_sentence_transformers() -> None:
    code = (
        "import sys; from knowledge.embeddings import load_embeddings; "
        "load_embeddings().embed_query('税'); "
        "sys.exit(bool({'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("model", ["/nowhere/at-all", "./nowhere", "a/b/c"])
def test_a_missing_folder_names_the_setting_to_change(model: str) -> None:
    with pytest.raises(ModelMissing, match="EMBEDDING_MODEL") as caught:
        load_embeddings(model)
    assert caught.value.model == model


@pytest.mark.parametrize("name", ["tokenizer.json", "model.safetensors", "config.json"])
def test_a_missing_file_is_a_missing_model(tiny: Path, name: str) -> None:
    (tiny / name).unlink()
    with pytest.raises(ModelMissing):
        StaticEmbedder(tiny)


@pytest.mark.parametrize("kept", [0, 5, 100, -8])
def test_truncated_vectors_are_a_missing_model(tiny: Path, kept: int) -> None:
    file = tiny / "model.safetensors"
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(ModelMissing):
        StaticEmbedder(tiny)


def test_another_content_has_another_id(tiny: Path, bundled: StaticEmbedder) -> None:
    assert StaticEmbedder(tiny).model_id != bundled.model_id


@pytest.mark.slow
class TestSentenceTransformers:
    """The contract that both kinds of model keep; importing the library takes seconds."""

    def test_the_shipped_files_load_there_and_agree(self, bundled: StaticEmbedder) -> None:
        other = load_embeddings(str(BUNDLED))
        ours, theirs = bundled.embed_documents(TEXTS), other.embed_documents(TEXTS)
        assert np.sum(np.multiply(ours, theirs), axis=1).min() >= 0.999
        assert other.dimensions == bundled.dimensions

    def test_the_models_own_prompts_are_used(self, tiny: Path) -> None:
        plain = load_embeddings(str(tiny))
        prompts = {"prompts": {"query": "query ", "document": ""}}
        (tiny / "config_sentence_transformers.json").write_text(json.dumps(prompts))
        prompted = load_embeddings(str(tiny))
        assert prompted.embed_documents(["tax"]) == plain.embed_documents(["tax"])
        assert prompted.embed_query("tax") != plain.embed_query("tax")
        assert prompted.embed_query("tax") == pytest.approx(plain.embed_query("query tax"))
        assert prompted.model_id != plain.model_id

    def test_e5_gets_the_prompts_that_it_was_trained_with(self, tiny: Path) -> None:
        plain = load_embeddings(str(tiny))
        e5 = load_embeddings(str(tiny.rename(tiny.with_name("multilingual-e5-small"))))
        assert e5.embed_query("tax") == pytest.approx(plain.embed_query("query: tax"))

    def test_vectors_have_length_one_and_the_models_dimensions(self, tiny: Path) -> None:
        model = load_embeddings(str(tiny))
        assert model.dimensions == 8
        assert np.linalg.norm(model.embed_documents(["tax", "税"]), axis=1) == pytest.approx(1)
        assert model.embed_documents([]) == []

    def test_a_folder_that_holds_no_model_names_the_setting(self, tmp_path: Path) -> None:
        (tmp_path / "modules.json").write_text("[")
        with pytest.raises(ModelMissing, match="EMBEDDING_MODEL"):
            load_embeddings(str(tmp_path))

    def test_an_unknown_device_is_a_missing_model(self, tiny: Path) -> None:
        from knowledge.embeddings import SentenceEmbedder

        with pytest.raises(ModelMissing):
            SentenceEmbedder(str(tiny), device="abacus")


def _cosine(model: StaticEmbedder, one: str, other: str) -> float:
    return float(np.dot(model.embed_query(one), model.embed_query(other)))
