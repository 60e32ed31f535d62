from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import PlaceUnknown
from knowledge.place_latin import one_edit_apart
from knowledge.places import GAZETTEER
from knowledge.programmes import Jurisdiction
from knowledge.text import normalize

RECORDS = Path(__file__).parents[2] / "knowledge" / "records"


def found(text: str, *near: str) -> list[str]:
    return [span.place.id for span in GAZETTEER.find(text, near)]


def ids(*short: str) -> list[str]:
    return [f"cn/{s}" if not s.startswith("world/") and s != "cn" else s for s in short]


# --- the tree -------------------------------------------------------------------------------


def test_thirty_four_provinces_lie_below_the_country() -> None:
    below = [p for p in GAZETTEER.places.values() if p.parent == "cn"]
    assert len([p for p in below if p.level in {"province", "city"}]) == 34


def test_every_parent_exists_and_ids_are_paths() -> None:
    for place in GAZETTEER.places.values():
        if place.level == "foreign":
            assert place.parent is None
        elif place.parent:
            assert place.id.rpartition("/")[0] == place.parent
            assert place.parent in GAZETTEER.places


def test_the_gazetteer_reaches_down_to_counties() -> None:
    levels = [p.level for p in GAZETTEER.places.values()]
    assert levels.count("district") > 2800
    assert levels.count("city") > 330


@pytest.mark.parametrize(
    ("id_", "zh", "en"),
    [
        ("cn/hubei/wuhan", "武汉", "Wuhan"),
        ("cn/neimenggu", "内蒙古", "Inner Mongolia"),
        ("cn/shaanxi", "陕西", "Shaanxi"),
        ("cn/shanxi", "山西", "Shanxi"),
        ("cn/shaanxi/xian", "西安", "Xi'an"),
        ("cn/hubei/wuhan/qiaokou", "硚口区", "Qiaokou District"),
        ("cn/taiwan/kaohsiung", "高雄", "Kaohsiung"),
        ("cn/guangdong/guangzhou/panyu", "番禺区", "Panyu District"),
        ("cn/anhui/luan", "六安", "Lu'an"),
        ("cn/xinjiang/wulumuqi", "乌鲁木齐", "Urumqi"),
    ],
)
def test_names_in_both_languages(id_: str, zh: str, en: str) -> None:
    place = GAZETTEER.get(id_)
    assert (place.name("zh"), place.name("en")) == (zh, en)


def test_ancestors_come_nearest_first_and_end_with_the_country() -> None:
    assert GAZETTEER.ancestors("cn/hubei/wuhan/qiaokou") == ("cn/hubei/wuhan", "cn/hubei", "cn")
    assert GAZETTEER.ancestors("cn/beijing/chaoyang") == ("cn/beijing", "cn")
    assert GAZETTEER.ancestors("cn") == ()
    assert GAZETTEER.ancestors("world/singapore") == ()


def test_within_lists_everything_below_and_not_the_place_itself() -> None:
    below = GAZETTEER.within("cn/jiangsu/suzhou")
    assert "cn/jiangsu/suzhou/sip" in below
    assert "cn/jiangsu/suzhou/sip/dushuhu" in below
    assert "cn/jiangsu/suzhou" not in below
    assert all(i.startswith("cn/jiangsu/suzhou/") for i in below)
    assert GAZETTEER.within("world/tokyo") == ()


def test_relation_of_two_places() -> None:
    assert GAZETTEER.relation("cn/hubei", "cn/hubei/wuhan") == "covers"
    assert GAZETTEER.relation("cn/hubei/wuhan", "cn/hubei") == "within"
    assert GAZETTEER.relation("cn/hubei", "cn/hubei") == "same"
    assert GAZETTEER.relation("cn/hubei", "cn/hunan") == "apart"
    assert GAZETTEER.relation("cn/shanxi", "cn/shaanxi") == "apart"


def test_an_unknown_id_is_refused() -> None:
    with pytest.raises(PlaceUnknown):
        GAZETTEER.get("cn/atlantis")
    with pytest.raises(PlaceUnknown):
        GAZETTEER.within("cn/atlantis")


# --- jurisdictions --------------------------------------------------------------------------


def _jurisdictions() -> list[Jurisdiction]:
    files = sorted(RECORDS.glob("*.yaml"))
    records = [r for f in files for r in yaml.safe_load(f.read_text(encoding="utf-8"))]
    return sorted({Jurisdiction(**r["jurisdiction"]) for r in records}, key=str)


@pytest.mark.parametrize("jurisdiction", _jurisdictions(), ids=str)
def test_every_recorded_jurisdiction_is_a_place(jurisdiction: Jurisdiction) -> None:
    place = GAZETTEER.of(jurisdiction)
    deepest = jurisdiction.district or jurisdiction.city or jurisdiction.province
    above = [place.zh, *(GAZETTEER.get(i).zh for i in GAZETTEER.ancestors(place.id))]
    if not deepest:
        assert place.id == "cn"
    elif jurisdiction.province:
        assert jurisdiction.province in above
    if jurisdiction.city:
        assert jurisdiction.city in above
    assert bool(jurisdiction.district) == (place.level in {"district", "zone"})


@pytest.mark.parametrize(
    ("province", "city", "district", "id_"),
    [
        ("上海", "上海", "浦东新区（临港新片区）", "shanghai/pudong/lingang"),
        ("上海", "上海", "浦东新区", "shanghai/pudong"),
        ("新疆", "乌鲁木齐", "高新区（新市区）", "xinjiang/wulumuqi/xinshi"),
        ("北京", "北京", "北京经济技术开发区", "beijing/jingkai"),
        ("江苏", "苏州", "高新区", "jiangsu/suzhou/huqiu"),
        ("江苏", "无锡", "高新区", "jiangsu/wuxi/xinwu"),
        ("江苏", "苏州", "昆山市", "jiangsu/suzhou/kunshan"),
        ("江苏省", "苏州市", "苏州工业园区", "jiangsu/suzhou/sip"),
        ("安徽", "合肥", "高新区", "anhui/hefei/gaoxin"),
        ("湖北", "武汉", "东湖高新区", "hubei/wuhan/donghu"),
        ("河北", "雄安新区", None, "hebei/xiongan"),
        ("吉林", "吉林", None, "jilin/jilin"),
        ("吉林", None, None, "jilin"),
        ("重庆", "重庆", None, "chongqing"),
        ("辽宁", "朝阳", None, "liaoning/chaoyang"),
    ],
)
def test_jurisdiction_as_records_write_it(
    province: str, city: str | None, district: str | None, id_: str
) -> None:
    place = GAZETTEER.of(Jurisdiction(province=province, city=city, district=district))
    assert place.id == f"cn/{id_}"


def test_a_district_of_another_city_is_refused() -> None:
    with pytest.raises(PlaceUnknown):
        GAZETTEER.of(Jurisdiction(province="湖北", city="武汉", district="海珠区"))


def test_a_foreign_jurisdiction_is_its_country() -> None:
    assert GAZETTEER.of(Jurisdiction(country="Singapore")).id == "world/singapore"


# --- finding --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("海珠OPC trial policy 到哪天 expire", ids("guangdong/guangzhou/haizhu")),
        ("北京朝阳区算力券", ids("beijing/chaoyang")),
        ("朝阳区算力券", ids("beijing/chaoyang")),
        ("长春朝阳区算力券", ids("jilin/changchun/chaoyang")),
        ("江苏苏州给多少", ids("jiangsu/suzhou")),
        ("湖北省武汉市武昌区", ids("hubei/wuhan/wuchang")),
        ("苏州园区青创基金多大", ids("jiangsu/suzhou/sip")),
        ("苏州工业园区 vs 苏州高新区", ids("jiangsu/suzhou/sip", "jiangsu/suzhou/huqiu")),
        ("苏州市和苏州工业园区哪个高", ids("jiangsu/suzhou", "jiangsu/suzhou/sip")),
        ("无锡的高新区", ids("jiangsu/wuxi/xinwu")),
        ("合肥有什么，高新区呢", ids("anhui/hefei/gaoxin")),
        ("武汉东湖高新区和武昌哪个高", ids("hubei/wuhan/donghu", "hubei/wuhan/wuchang")),
        ("光谷算力", ids("hubei/wuhan/donghu")),
        ("亦庄词元", ids("beijing/jingkai")),
        ("长沙经开区还是河南", ids("hunan/changsha/jingkai", "henan")),
        (
            "余杭梦想小镇和武汉",
            ids("zhejiang/hangzhou/yuhang/mengxiangxiaozhen", "hubei/wuhan"),
        ),
        ("天津滨海高新区 demo 补贴", ids("tianjin/binhaigaoxin")),
        ("临港超级个体", ids("shanghai/pudong/lingang")),
        ("华强北有 free lodging 吗", ids("guangdong/shenzhen/futian/huaqiangbei")),
        ("两江新区", ids("chongqing/liangjiang")),
        ("净月高新区", ids("jilin/changchun/jingyue")),
        ("松山湖有社区吗", ids("guangdong/dongguan/songshanhu")),
        ("马栏山政策", ids("hunan/changsha/malanshan")),
        ("前海和横琴", ids("guangdong/shenzhen/qianhai", "guangdong/zhuhai/hengqin")),
        ("中关村社区", ids("beijing/haidian/zhongguancun")),
        ("酒泉opc算力怎么补", ids("gansu/jiuquan")),
        ("西藏有吗", ids("xizang")),
        ("臺北市創業補貼", ids("taiwan/taipei")),
        ("澳门和香港", ids("macau", "hongkong")),
        ("雄安新区工位", ids("hebei/xiongan")),
        ("恩施州", ids("hubei/enshi")),
        ("吉林市", ids("jilin/jilin")),
        ("吉林", ids("jilin")),
        ("新加坡公司能申吗", ["world/singapore"]),
        ("东京有没有", ["world/tokyo"]),
        ("广州的政策 海珠区怎样", ids("guangdong/guangzhou/haizhu")),
        ("深圳有吗？龙华区呢", ids("guangdong/shenzhen/longhua")),
        ("海口龙华", ids("hainan/haikou/longhua")),
        ("南通通州", ids("jiangsu/nantong/tongzhou")),
        ("通州", ids("beijing/tongzhou")),
        ("贵阳白云区", ids("guizhou/guiyang/baiyun")),
        ("白云区", ids("guangdong/guangzhou/baiyun")),
        ("福州鼓楼", ids("fujian/fuzhou/gulou")),
        ("沈阳和平区", ids("liaoning/shenyang/heping")),
        ("沈阳和平", ids("liaoning/shenyang/heping")),
        ("今年中山创业补贴", ids("guangdong/zhongshan")),
        ("武汉大学生创业补贴", ids("hubei/wuhan")),
        ("全国都有的政策", ["cn"]),
        ("乌鲁木齐高新区（新市区）", ids("xinjiang/wulumuqi/xinshi")),
    ],
)
def test_chinese_text_means(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chaoyang Beijing token costs", ids("beijing/chaoyang")),
        ("Beijing's Chaoyang", ids("beijing/chaoyang")),
        ("Chaoyang District in Changchun", ids("jilin/changchun/chaoyang")),
        ("Chaoyang, Changchun", ids("jilin/changchun/chaoyang")),
        (
            "Dalian High-tech vs Chaoyang Beijing: cap?",
            ids("liaoning/dalian/gaoxin", "beijing/chaoyang"),
        ),
        ("When do the Dalian High-tech Zone subsidies end?", ids("liaoning/dalian/gaoxin")),
        ("compute in Wuxi High-tech Zone", ids("jiangsu/wuxi/xinwu")),
        ("Hangzhou Binjiang", ids("zhejiang/hangzhou/binjiang")),
        ("Ningbo Haishu refunds", ids("zhejiang/ningbo/haishu")),
        ("the Lingang reception", ids("shanghai/pudong/lingang")),
        ("Haizhu", ids("guangdong/guangzhou/haizhu")),
        ("Futian's use cases", ids("guangdong/shenzhen/futian")),
        ("Henan or Changsha Economic Zone", ids("henan", "hunan/changsha/jingkai")),
        ("Hunan and Henan", ids("hunan", "henan")),
        ("Shanxi or Shaanxi?", ids("shanxi", "shaanxi")),
        ("Xi’an", ids("shaanxi/xian")),
        ("xi an", ids("shaanxi/xian")),
        ("XIAN", ids("shaanxi/xian")),
        ("su zhou industrial park", ids("jiangsu/suzhou/sip")),
        ("Suzhou, Anhui", ids("anhui/suzhou")),
        ("Suzhou or Suzhou Industrial Park", ids("jiangsu/suzhou", "jiangsu/suzhou/sip")),
        ("Suzhou Kunshan", ids("jiangsu/suzhou/kunshan")),
        ("Optics Valley in Wuhan", ids("hubei/wuhan/donghu")),
        ("East Lake High-tech Zone", ids("hubei/wuhan/donghu")),
        ("Yizhuang", ids("beijing/jingkai")),
        ("Inner Mongolia", ids("neimenggu")),
        ("Hong Kong and Macao", ids("hongkong", "macau")),
        ("solo founders in Kaohsiung?", ids("taiwan/kaohsiung")),
        ("Jilin City", ids("jilin/jilin")),
        ("Jilin Province", ids("jilin")),
        ("Silicon Valley or Singapore", ["world/siliconvalley", "world/singapore"]),
        ("Heping District Tianjin", ids("tianjin/heping")),
        ("Nanjing Gulou", ids("jiangsu/nanjing/gulou")),
        ("is there anything in Yiwu", ids("zhejiang/jinhua/yiwu")),
        ("Beijing Shanghai Shenzhen", ids("beijing", "shanghai", "guangdong/shenzhen")),
        ("nationwide schemes", ["cn"]),
    ],
)
def test_english_text_means(text: str, expected: list[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sz opc 补贴", "guangdong/shenzhen"),
        ("gz招人那个补贴", "guangdong/guangzhou"),
        ("bj算力券", "beijing"),
        ("hz模型券", "zhejiang/hangzhou"),
        ("cq创业贷", "chongqing"),
        ("vouchers in sh", "shanghai"),
        ("OPC in HK", "hongkong"),
        ("魔都一人公司", "shanghai"),
        ("帝都", "beijing"),
        ("鹏城", "guangdong/shenzhen"),
        ("羊城", "guangdong/guangzhou"),
        ("蓉城", "sichuan/chengdu"),
        ("山城", "chongqing"),
        ("江城", "hubei/wuhan"),
        ("姑苏", "jiangsu/suzhou"),
        ("姑苏区", "jiangsu/suzhou/gusu"),
        ("What does SIP give?", "jiangsu/suzhou/sip"),
        ("sip有住房补贴吗", "jiangsu/suzhou/sip"),
        ("沪籍能申请吗", "shanghai"),
        ("在沪创业", "shanghai"),
        ("来杭发展", "zhejiang/hangzhou"),
        ("粤企", "guangdong"),
        ("鄂券", "hubei"),
    ],
)
def test_short_and_familiar_names(text: str, expected: str) -> None:
    assert found(text) == [f"cn/{expected}"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("shenzen compute voucher", "guangdong/shenzhen"),
        ("guangzho rent", "guangdong/guangzhou"),
        ("Bejing OPC loan", "beijing"),
        ("Chongqin loans", "chongqing"),
        ("Hanzhou vouchers", "zhejiang/hangzhou"),
        ("Shnezhen", "guangdong/shenzhen"),
        ("Chengduu", "sichuan/chengdu"),
        ("Beijing Haidan", "beijing/haidian"),
    ],
)
def test_one_slip_of_the_keyboard_is_put_right(text: str, expected: str) -> None:
    assert found(text) == [f"cn/{expected}"]


@pytest.mark.parametrize(
    "text",
    [
        "强大连接能力",
        "不断做大做强大连锁品牌",
        "统计海口径",
        "公开平台接口",
        "和平发展 合作共赢 安居补贴 人才公寓 新城建设",
        "朝阳产业",
        "孙中山",
        "其中山区创业者",
        "三明治店",
        "发展中国家",
        "中国银行",
        "光明前景",
        "中央财政和地方财政",
        "获得荣誉证书",
        "投资中的资金",
        "一次性创业补贴",
        "高新区有补贴吗",
        "经开区企业",
        "东方甄选",
        "阿里云账单",
        "深入学习 深度学习 汉语 京东 港口",
        "sip a coffee",
        "a new song for the dean",
        "play the CD player",
        "50 hz, 10 km, nn, cs, install.sh",
        "write me a poem about the moon",
        "can he fan the flames, she may hope to be in an hour",
        "we are dating, changing, taxing and banning",
        "Honghu Hui gives start-up money",
        "Indian and Haitian founders with a cannon",
        "one yuan, hukou, guanxi",
        "economic zone",
        "which tax breaks run out at the end of 2027",
        "",
        "👍👍 \u202e \x00",
        "<script>alert('1')</script>; DROP TABLE places;--",
    ],
)
def test_text_names_no_place(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("浙江大学毕业能申杭州的吗", ids("zhejiang/hangzhou")),
        ("北京银行在上海", ids("shanghai")),
        ("I studied at Wuhan University and live in Xiamen", ids("fujian/xiamen")),
        ("武汉大学旁边有社区吗", ids("hubei/wuhan")),
        ("光明网说的那个杭州词元券", ids("zhejiang/hangzhou")),
    ],
)
def test_universities_and_banks_count_only_for_want_of_other_places(
    text: str, expected: list[str]
) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("江浙沪", ids("jiangsu", "zhejiang", "shanghai")),
        ("京津冀哪里好", ids("beijing", "tianjin", "hebei")),
        (
            "北上广深",
            ids("beijing", "shanghai", "guangdong/guangzhou", "guangdong/shenzhen"),
        ),
        ("Yangtze River Delta", ids("shanghai", "jiangsu", "zhejiang", "anhui")),
    ],
)
def test_a_region_means_each_of_its_places(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def test_a_shared_name_lists_the_other_places_and_is_not_certain() -> None:
    (span,) = GAZETTEER.find("鼓楼区有补贴吗")
    others = {p.id for p in span.others}
    assert span.place.id == "cn/jiangsu/nanjing/gulou"
    assert {"cn/fujian/fuzhou/gulou", "cn/henan/kaifeng/gulou"} <= others
    assert not span.certain


def test_a_named_city_makes_a_shared_name_certain() -> None:
    (span,) = GAZETTEER.find("开封鼓楼区")
    assert span.place.id == "cn/henan/kaifeng/gulou"
    assert span.certain


def test_sz_may_also_be_suzhou() -> None:
    (span,) = GAZETTEER.find("sz")
    assert span.place.id == "cn/guangdong/shenzhen"
    assert "cn/jiangsu/suzhou" in {p.id for p in span.others}


def test_places_known_from_before_settle_what_a_name_means() -> None:
    assert found("那高新区呢", "cn/jiangsu/wuxi") == ids("jiangsu/wuxi/xinwu")
    assert found("那高新区呢", "cn/anhui/hefei") == ids("anhui/hefei/gaoxin")
    assert found("朝阳区呢", "cn/jilin/changchun") == ids("jilin/changchun/chaoyang")
    assert found("那园区呢", "cn/jiangsu/suzhou") == ids("jiangsu/suzhou/sip")


def test_spans_point_into_the_original_text() -> None:
    text = "\u202e请问 ＢＥＩＪＩＮＧ 和臺北、Xi’an’s 高新區？"
    spans = GAZETTEER.find(text)
    assert [s.text for s in spans] == ["ＢＥＩＪＩＮＧ", "臺北", "Xi’an’s 高新區"]
    assert all(text[s.start : s.end] == s.text for s in spans)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_read_and_spans_are_in_order(text: str) -> None:
    spans = GAZETTEER.find(text)
    assert all(0 <= s.start < s.end <= len(text) for s in spans)
    assert [s.start for s in spans] == sorted(s.start for s in spans)


def test_every_city_is_found_by_its_chinese_name_with_its_province() -> None:
    for place in GAZETTEER.places.values():
        if place.level == "city" and place.parent and place.parent != "cn":
            province = GAZETTEER.get(place.parent)
            assert found(f"{province.zh}{place.zh}的政策") == [place.id], place


def test_every_city_is_found_by_its_english_name_with_its_province() -> None:
    for place in GAZETTEER.places.values():
        if place.level == "city" and place.parent and place.parent != "cn":
            province = GAZETTEER.get(place.parent)
            assert found(f"rules in {place.en}, {province.en}") == [place.id], place


def test_every_district_is_found_by_its_full_name_with_its_city() -> None:
    missed = []
    for place in GAZETTEER.places.values():
        if place.level == "district" and place.parent:
            city = GAZETTEER.get(place.parent)
            if found(f"{city.zh}{place.zh}有补贴吗") != [place.id]:
                missed.append((city.zh, place.zh))
    assert missed == []


def test_names_in_the_tables_are_in_normal_form() -> None:
    for place in GAZETTEER.places.values():
        for alias in place.aliases:
            assert alias == alias.strip() and alias, place
            assert normalize(alias.lstrip("~?^@")), place


@pytest.mark.parametrize(
    ("a", "b", "near"),
    [
        ("shenzhen", "shenzen", True),
        ("shenzhen", "shnezhen", True),
        ("hunan", "henan", True),
        ("wuhan", "wuhan", False),
        ("beijing", "nanjing", False),
        ("abcd", "abdce", False),
    ],
)
def test_one_edit_apart(a: str, b: str, near: bool) -> None:
    assert one_edit_apart(a, b) is near
    assert one_edit_apart(b, a) is near
