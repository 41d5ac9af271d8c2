"""Summaries quote an article, keep to the length, put facts first and stand on their own."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.mapping import MappedText
from rag.models import Article, ArticleKind, Draft, Part, PartRole, SummaryStyle
from rag.protocols import SummaryRequest
from rag.summarise import ExtractiveSummariser
from rag.summarise.grammar import has_subject, leads_on
from rag.summarise.units import length_of

LONG_BODY = (
    "本报讯(记者 陈大江 通讯员 吴小雨)7月6日,青溪镇完成供水管网改造,12个村、3400余户居民用上自来水。"
    "近年来,该镇坚持以人民为中心,牢固树立大局意识,不断增强责任感,切实把好事办好、实事办实,奋力谱写乡村振兴新篇章。"
    "项目总投资860万元,新铺水管47公里,更换水表1200只。"
    "要进一步提高认识,要进一步强化责任,要进一步凝聚合力,确保各项工作落到实处、取得实效。"
    "他带领15名党员组成抢修队,漏损率由21%下降到8.5%。"
    "镇水务站站长许文涛说,大家的干劲更足了,村民也更加放心,往后还要把服务做得更细。"
)


def _article(*parts: tuple[PartRole, str], kind: ArticleKind = "article") -> Article:
    """An article of the parts given, one a line."""
    text = "\n".join(content for _, content in parts)
    spans: list[Part] = []
    at = 0
    for role, content in parts:
        spans.append(Part(role, at, at + len(content)))
        at += len(content) + 1
    title = next((content for role, content in parts if role == "headline"), None)
    return Article("art_1", "doc_1", kind, MappedText.whole(text), tuple(spans), title=title)


def _summarise(article: Article, max_chars: int = 100, style: SummaryStyle = "brief") -> Draft:
    return ExtractiveSummariser().summarise(SummaryRequest(article, "1.txt", max_chars, style))


def _text(draft: Draft) -> str:
    return "".join(claim.text for claim in draft.claims)


def _length(draft: Draft) -> int:
    return sum(length_of(claim.text) for claim in draft.claims)


WATERWORKS = _article(("headline", "青溪镇供水管网改造完工"), ("body", LONG_BODY))


@pytest.mark.parametrize("max_chars", [30, 60, 100, 150, 200])
def test_the_length_asked_is_kept(max_chars: int) -> None:
    draft = _summarise(WATERWORKS, max_chars)
    assert draft.claims
    assert _length(draft) <= max_chars


def test_facts_come_before_slogans() -> None:
    text = _text(_summarise(WATERWORKS, 110))
    assert "860万元" in text
    assert "3400余户" in text
    assert "新篇章" not in text
    assert "进一步" not in text


def test_a_summary_never_opens_with_the_dateline_and_the_reporters() -> None:
    for claim in _summarise(WATERWORKS, 200).claims:
        assert "本报讯" not in claim.text
        assert "通讯员" not in claim.text


def test_a_pronoun_never_stands_without_the_sentence_it_points_to() -> None:
    text = _text(_summarise(WATERWORKS, 90))
    assert not text.startswith("他")
    assert "。他带领" not in text or "更换水表1200只" in text


def test_claims_stand_in_the_order_of_the_article() -> None:
    draft = _summarise(WATERWORKS, 200)
    positions = [WATERWORKS.text.index(claim.text) for claim in draft.claims]
    assert positions == sorted(positions)
    assert all(claim.pointers[0].quote == claim.text for claim in draft.claims)


def test_an_article_shorter_than_the_limit_is_kept_whole() -> None:
    article = _article(("headline", "短讯"), ("body", "3月1日,白石镇种树500棵。全镇干部参加。"))
    assert [claim.text for claim in _summarise(article, 200).claims] == ["3月1日,白石镇种树500棵。", "全镇干部参加。"]


def test_the_headline_style_gives_the_printed_headline() -> None:
    assert _text(_summarise(WATERWORKS, 40, "headline")) == "青溪镇供水管网改造完工"


def test_the_headline_style_without_a_headline_gives_a_short_extract() -> None:
    draft = _summarise(_article(("body", LONG_BODY)), 100, "headline")
    assert 0 < _length(draft) <= 40


def test_bullets_keep_the_length_too() -> None:
    draft = _summarise(WATERWORKS, 120, "bullets")
    assert len(draft.claims) > 1
    assert _length(draft) <= 120


def test_a_caption_is_summarised_without_its_credit() -> None:
    caption = _article(
        ("body", "4月2日,白石镇小学的学生在校园里种树。"), ("credit", "本报记者 林晓 摄"), kind="photo_caption"
    )
    assert _text(_summarise(caption)) == "4月2日,白石镇小学的学生在校园里种树。"


def test_a_traditional_article_is_summarised_in_its_own_script() -> None:
    article = _article(
        ("headline", "青溪鎮供水管網改造完工"),
        (
            "body",
            (
                "本報訊(記者 陳大江)7月6日,青溪鎮完成供水管網改造,惠及3400餘戶。"
                "要進一步提高認識,要進一步強化責任,要凝聚合力。"
            ),
        ),
    )
    text = _text(_summarise(article, 45))
    assert "3400餘戶" in text
    assert "記者" not in text


def test_an_article_without_a_body_falls_back_on_its_headline() -> None:
    assert _text(_summarise(_article(("headline", "青溪镇供水管网改造完工")))) == "青溪镇供水管网改造完工"


def test_a_piece_without_any_sentence_is_declined() -> None:
    assert _summarise(_article(("byline", "记者 林晓"))).abstention == "no_evidence"


def _body(*paragraphs: str, headline: str | None = None) -> Article:
    head: list[tuple[PartRole, str]] = [("headline", headline)] if headline else []
    return _article(*head, *(("body", paragraph) for paragraph in paragraphs))


FILLER = (
    "广大干部群众纷纷表示要进一步提高认识、统一思想,要进一步凝聚合力、奋力谱写乡村振兴新篇章,为建设美丽家园贡献力量。"
)


def _claims(article: Article, max_chars: int = 100, style: SummaryStyle = "brief") -> list[str]:
    return [claim.text for claim in _summarise(article, max_chars, style).claims]


def test_a_scrap_without_figure_or_name_is_never_a_statement() -> None:
    article = _body("3月1日,青溪镇为210户村民接通了天然气。打好为民组合拳。" + FILLER, FILLER)
    assert _claims(article, 60) == ["3月1日,青溪镇为210户村民接通了天然气。"]


def test_a_heading_sentence_goes_with_the_sentence_it_heads() -> None:
    article = _body(FILLER, "注重家访。3名教师走访了46户学生家庭。" + FILLER)
    found = next(claim for claim in _claims(article, 120) if "46户" in claim)
    assert found.startswith(("注重家访。3名教师", "3名教师"))


def test_the_headline_is_left_out_where_the_lead_says_it() -> None:
    assert all("完工" not in claim for claim in _claims(WATERWORKS, 150))


def test_the_headline_comes_first_where_it_alone_holds_a_figure() -> None:
    article = _body(
        "青溪镇近日召开总结会,会议由镇长主持,6个村的代表参加了会议。" + FILLER,
        FILLER,
        headline="青溪镇去年修路38公里",
    )
    assert _claims(article, 100)[0] == "青溪镇去年修路38公里"


def test_a_headline_of_several_lines_is_never_cut_to_its_place_line() -> None:
    article = _article(("headline", "青溪镇:"), ("headline", "修好连心路"), ("body", LONG_BODY))
    assert _claims(article, 60, "headline") == ["青溪镇:\n修好连心路"]
    assert all(claim.strip(":") != "青溪镇" for claim in _claims(article, 100))


def test_a_clause_from_inside_a_sentence_follows_the_subject_it_belongs_to() -> None:
    article = _body(
        FILLER,
        "白石镇养老服务中心的工作人员每天走进社区和村庄为行动不便的老人送去热饭热菜,全年累计服务老人5300人次。"
        + FILLER,
    )
    for max_chars in (60, 80, 100, 150):
        for claim in _claims(article, max_chars):
            assert not claim.startswith(("全年累计服务", "累计服务"))


def test_no_statement_opens_with_a_connective() -> None:
    article = _body(
        "3月1日,青溪镇召开春耕会,部署了12项任务。同时鼓励农户种植油菜3000亩。此外,镇里还投入80万元修渠5公里。" + FILLER,
        FILLER,
    )
    for max_chars in (60, 80, 120):
        for claim in _claims(article, max_chars):
            assert not claim.startswith(("同时", "此外", "并", "以及", "其中"))


def test_a_quotation_never_stands_without_its_speaker() -> None:
    article = _body(
        "3月1日,督查组来到青溪镇检查。“公章是否有专人保管?”“费用是否超过500元?”" + FILLER,
        "“今年卖了2万斤葡萄,收入10万元。”种植户周大山说。" + FILLER,
    )
    for claim in _claims(article, 150):
        assert not claim.endswith("?”")
        assert "2万斤" not in claim or "周大山" in claim


def test_a_sentence_inside_a_longer_quotation_is_not_taken_for_the_papers_own() -> None:
    spoken = "“我们村过去没有路。后来修了路15公里,大家都买了车。" + "日子一天比一天好" * 12 + "。”周大山说。"
    article = _body("3月1日,青溪镇的公路通车,3个村受益。" + spoken + FILLER, FILLER)
    assert all(not claim.startswith("后来修了路") for claim in _claims(article, 100))


def test_a_sentence_that_lost_its_beginning_is_not_quoted_from_the_break() -> None:
    article = _body(
        "3月1日,青溪镇召开大会,提高服务能力",
        "和水平,全年完成道路改造项目46个、新建桥梁12座。" + FILLER,
        FILLER,
    )
    assert all(not claim.startswith("和水平") for claim in _claims(article, 90))


def test_a_sentence_that_lost_its_end_is_cut_at_its_last_whole_clause() -> None:
    article = _body("青溪镇投资120万元改造管网13公里,镇上的河水污染得到有效", "3月1日," + FILLER)
    assert all(not claim.endswith("得到有效") for claim in _claims(article, 60))


def test_money_is_not_quoted_without_what_it_was_spent_on() -> None:
    article = _body("青溪镇投资120万元,对老街的13条巷道进行了改造。" + FILLER, FILLER)
    assert all(not claim.endswith("120万元") for claim in _claims(article, 40))


def test_a_place_named_as_that_town_has_the_town_named_before_it() -> None:
    article = _body(FILLER, "青溪镇位于山区。" + FILLER, "该镇去年修路38公里,新建桥梁4座,受益群众9200人。")
    for max_chars in (40, 60, 100):
        claims = _claims(article, max_chars)
        at = next((index for index, claim in enumerate(claims) if claim.startswith("该镇")), None)
        assert at is None or any("镇" in claim for claim in claims[:at])


def test_bullets_are_short_lines() -> None:
    brief, bullets = _claims(WATERWORKS, 150), _claims(WATERWORKS, 150, "bullets")
    assert len(bullets) >= 2
    assert max(map(len, bullets)) <= 44
    assert max(map(len, brief)) >= max(map(len, bullets))


@pytest.mark.parametrize("max_chars", [12, 20, 30, 60])
def test_a_headline_without_a_printed_one_keeps_to_the_length_asked(max_chars: int) -> None:
    draft = _summarise(_article(("body", LONG_BODY)), max_chars, "headline")
    assert 0 < _length(draft) <= min(40, max_chars)


def test_a_traditional_article_is_cut_by_the_same_rules() -> None:
    article = _body(
        "3月1日,青溪鎮為210戶村民接通了天然氣。打好為民組合拳。"
        "同時鼓勵農戶種植油菜3000畝。" + "要進一步提高認識、統一思想,凝聚合力。" * 4
    )
    for claim in _claims(article, 60):
        assert claim != "打好為民組合拳。"
        assert not claim.startswith("同時")


@pytest.mark.parametrize(
    "clause",
    [
        "在大家的共同努力下,",
        "为进一步改善环境,",
        "青溪镇组织水务站、派出所等部门,",
        "面对一项项荣誉,",
        "青溪镇投入80万元,",
        "来自全县的14名人大代表,",
        "一场主题鲜明的大讨论,",
    ],
)
def test_a_clause_that_only_leads_on_ends_no_statement(clause: str) -> None:
    assert leads_on(clause)


@pytest.mark.parametrize("clause", ["青溪镇修好了38公里道路,", "全年新增就业1200人,", "受益群众达9200人,"])
def test_a_clause_that_says_something_may_end_a_statement(clause: str) -> None:
    assert not leads_on(clause)


@pytest.mark.parametrize("clause", ["青溪镇党委召开大会", "今年3月白石镇小学举办运动会", "镇水务站站长许文涛介绍情况"])
def test_a_clause_that_names_its_actor_has_a_subject(clause: str) -> None:
    assert has_subject(clause)


@pytest.mark.parametrize("clause", ["召开大会", "累计调处纠纷1600余件", "积极为群众送去温暖", "对老街进行了改造"])
def test_a_clause_that_opens_with_its_verb_has_none(clause: str) -> None:
    assert not has_subject(clause)


def test_a_very_long_article_is_summarised_within_the_length() -> None:
    article = _body(
        "青溪镇需要需要需要在以为以为" * 300, *(f"青溪镇3月1日修路{n}公里,惠及{n * 7}户。" for n in range(3000))
    )
    assert 0 < _length(_summarise(article, 200)) <= 200


_BODY = st.text(alphabet="青溪镇他该投资500万元,，。；“”（）\n要坚持本报讯3月6日", max_size=120)


@settings(max_examples=80, deadline=None)
@given(_BODY, st.integers(20, 200))
def test_every_summary_is_verbatim_and_fits(body: str, max_chars: int) -> None:
    article = Article("art_1", "doc_1", "article", MappedText.whole(body), (Part("body", 0, len(body)),))
    draft = _summarise(article, max_chars)
    assert (draft.abstention is None) == bool(draft.claims)
    assert _length(draft) <= max_chars
    assert all(claim.text and claim.text in body for claim in draft.claims)


@pytest.mark.parametrize(
    "opening",
    [
        "山河网7月28日讯",
        "山河网讯",
        "山河新闻网6月5日电",
        "本报讯 ",
        "本报讯(记者 林晓)",
        "山河日报客户端记者林晓",
        "大河融媒讯",
    ],
)
def test_the_dateline_is_never_part_of_a_statement(opening: str) -> None:
    article = _body(opening + "近日,青溪镇为210户村民接通了天然气。" + FILLER, FILLER)
    assert _claims(article, 40) == ["近日,青溪镇为210户村民接通了天然气。"]


def test_an_imprint_at_the_foot_is_no_statement() -> None:
    article = _body(FILLER, "3月1日,青溪镇修路38公里。(来源:青溪镇政府网站)【投稿请联系编辑部12345678】")
    assert all("来源" not in claim and "投稿" not in claim for claim in _claims(article, 100))


def test_a_general_truth_gives_way_to_what_happened() -> None:
    article = _body("夏天是溺水事故的多发期。7月6日,青溪镇检查了12座山塘,新装护栏3公里。" + FILLER, FILLER)
    assert "护栏3公里" in _text(_summarise(article, 50))


def test_a_list_of_those_present_is_not_cut_before_its_verb() -> None:
    article = _body(
        "3月1日,青溪镇召开春耕会,部署了12项任务。" + FILLER,
        "白石镇、黄土镇有关负责同志,各村主要负责同志,种粮大户代表60人参加会议。" + FILLER,
    )
    for max_chars in (60, 80, 100):
        assert all(not claim.endswith("负责同志") for claim in _claims(article, max_chars))


def test_what_should_be_done_is_never_told_as_done() -> None:
    article = _body(
        "3月1日,青溪镇召开春耕会。" + FILLER,
        "镇长强调,要加强水利建设,修好灌溉水渠15公里,为全镇3200户农家送去优质稻种。",
        FILLER,
    )
    for max_chars in (40, 60, 80):
        assert all(not claim.startswith(("修好", "为全镇")) for claim in _claims(article, max_chars))


MEETING = (
    "青溪镇供水公司坚持高标准定位,牢固树立服务意识,创新实施“清水、通管、惠民”三大工程,新铺水管47公里,更换水表1200只。"
)


def test_slogans_between_the_facts_of_a_sentence_are_left_out_and_every_piece_is_quoted() -> None:
    article = _body(MEETING + FILLER, FILLER)
    draft = _summarise(article, 55)
    lead = draft.claims[0]
    assert "三大工程" in lead.text
    assert "47公里" in lead.text
    assert "牢固树立" not in lead.text
    assert lead.text == "".join(pointer.quote for pointer in lead.pointers)
    assert all(pointer.quote in article.text for pointer in lead.pointers)


@pytest.mark.parametrize(
    ("sentence", "kept", "omitted"),
    [
        ("青溪镇修路38公里,如果天气允许,还将建桥4座,惠及9200人。", "建桥4座", "如果天气允许"),
        ("青溪镇去年修路38公里,白石镇修路12公里,惠及群众9200人。", "惠及群众9200人", "白石镇修路12公里"),
        ("3月1日,青溪镇修路38公里,3月9日,新建桥梁4座。", "新建桥梁4座", "3月9日"),
        ("青溪镇种树500棵,其中,松树120棵,成活率98%。", "松树120棵", "其中"),
        ("8月7日,青溪镇与大河公司签约,项目总投资15亿元。", "项目总投资15亿元", "青溪镇与大河公司签约"),
        ('"家里缺水,孩子上学远,现在都好了3倍!"村民周大山说。', "都好了3倍", "孩子上学远"),
    ],
)
def test_what_the_rest_of_a_sentence_rests_on_is_never_left_out(sentence: str, kept: str, omitted: str) -> None:
    for max_chars in range(14, 60, 3):
        for claim in _claims(_body(sentence + FILLER, FILLER), max_chars):
            if kept in claim and claim.index(kept) > 0:
                assert omitted in claim or not claim.startswith(sentence[:2])


def test_who_stands_where_in_the_picture_is_left_out_of_a_caption() -> None:
    caption = _body("4月2日,白石镇的种树能手周大山(右二)带领村民种树500棵。" + FILLER, FILLER)
    assert _claims(caption, 40) == ["4月2日,白石镇的种树能手周大山带领村民种树500棵。"]


def test_a_deed_without_its_doer_never_follows_somebody_else() -> None:
    article = _body(
        "3月1日,青溪镇修路38公里。",
        "白石镇中心小学校长林晓带病工作。" + FILLER,
        "先后家访460户,资助学生35名。",
        FILLER,
    )
    for max_chars in (30, 40, 50, 60):
        text = "".join(_claims(article, max_chars))
        assert "460户" not in text or "林晓" in text


def test_a_report_that_opens_with_a_general_truth_is_led_by_its_news() -> None:
    article = _body("水利是农业的命脉,更是乡村的根基。7月6日,青溪镇新修水渠15公里,灌溉农田3200亩。" + FILLER, FILLER)
    assert _claims(article, 40)[0].startswith("7月6日,青溪镇新修水渠15公里")


def test_a_question_is_no_statement_of_a_summary() -> None:
    article = _body("7月6日,青溪镇新修水渠15公里。支部的作用如何发挥?3名党员带头清淤800米。" + FILLER, FILLER)
    assert all("如何" not in claim for claim in _claims(article, 60))


def test_the_first_line_of_a_list_says_who_did_what() -> None:
    lead = "7月6日上午,青溪镇人民政府和白石镇人民政府在大河边的老码头联合举行了第十二届山河龙舟赛,26支队伍参加。"
    bullets = _claims(_body(lead + FILLER, "青溪镇代表队夺得冠军,成绩为3分12秒。" + FILLER), 150, "bullets")
    assert "龙舟赛" in bullets[0]


@settings(max_examples=60, deadline=None)
@given(_BODY, st.integers(20, 200), st.sampled_from(["headline", "brief", "bullets"]))
def test_every_style_keeps_the_length_quotes_exactly_and_says_the_same_again(
    body: str, max_chars: int, style: SummaryStyle
) -> None:
    article = Article("art_1", "doc_1", "article", MappedText.whole(body), (Part("body", 0, len(body)),))
    draft = _summarise(article, max_chars, style)
    assert _length(draft) <= max_chars
    assert all(claim.text == "".join(one.quote for one in claim.pointers) for claim in draft.claims)
    assert all(one.quote in body for claim in draft.claims for one in claim.pointers)
    assert draft == _summarise(article, max_chars, style)


_SENTENCES = st.lists(
    st.sampled_from(
        [
            "青溪镇修路38公里,惠及群众9200人。",
            "他带领15名党员抢修水管,漏损率下降到8.5%。",
            "该镇还投入80万元,新建水渠5公里。",
            "此外,全年种树3000棵。",
            "同时,组织培训12场。",
            "白石镇小学校长林晓走访460户家庭。",
            "为改善环境,近日,镇里拆除违建26处。",
            "要进一步提高认识,强化责任。",
        ]
    ),
    min_size=3,
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(_SENTENCES, st.integers(25, 120))
def test_no_summary_opens_with_a_word_that_points_back(sentences: list[str], max_chars: int) -> None:
    article = _body("青溪镇位于大河边,有村民9200人。" + "".join(sentences), FILLER)
    claims = _claims(article, max_chars)
    assert not claims[0].startswith(("他", "她", "其", "该", "此", "同时", "另外"))


@pytest.mark.parametrize(
    ("lead", "line"),
    [
        (
            "为进一步改善环境,8月3日,青溪镇团委联合大河公司在老码头广场举办了以“清流进万家”为主题的净滩志愿服务活动,26人参加。青溪镇团委的净滩志愿服务活动每月一次。",
            "青溪镇团委举办净滩志愿服务活动,26人参加。",
        ),
        (
            "7月6日上午,青溪镇(经济开发区)举行龙舟赛,26支队伍参加了此次比赛,大河公司提供赞助。这是青溪镇第三次举行龙舟赛。",
            "青溪镇举行龙舟赛",
        ),
    ],
)
def test_a_line_without_a_printed_headline_says_who_did_what(lead: str, line: str) -> None:
    draft = _summarise(_body(lead + FILLER), 24, "headline")
    assert [claim.text for claim in draft.claims] == [line]
    assert all(one.quote in lead for one in draft.claims[0].pointers)


def test_what_was_meant_is_never_told_as_done() -> None:
    lead = "为加强安全教育,减少溺水事故12起,提高自救能力,8月3日,青溪镇组织20名少年学习急救。"
    for max_chars in (20, 30, 40, 60):
        for claim in _claims(_body(lead + FILLER, FILLER), max_chars):
            assert not claim.startswith(("减少", "提高"))


def test_a_list_is_told_line_by_line_from_its_first() -> None:
    article = _body("白菜 1.2元/斤", "萝卜 0.9元/斤", "猪肉 13.5元/斤", "鸡蛋 4.8元/斤", "带鱼 22元/斤")
    assert _claims(article, 35) == ["白菜 1.2元/斤", "萝卜 0.9元/斤", "猪肉 13.5元/斤"]


def test_what_has_to_be_cut_is_cut_between_two_words() -> None:
    article = _body("the national bureau of statistics published growth figures on wednesday " * 3)
    (claim,) = _claims(article, 50)
    assert claim == "the national bureau of statistics published"


def test_a_death_is_told_with_name_and_day() -> None:
    article = _body("青溪镇水务站原站长林长河同志,因病医治无效,于3月5日6时在县医院逝世,享年86岁。" + FILLER, FILLER)
    assert _claims(article, 60)[0].startswith("青溪镇水务站原站长林长河同志")


def test_a_planned_day_stays_in_a_line() -> None:
    article = _body("青溪镇定于3月7日上午9时举行运动会。青溪镇的运动会每年一次。" + FILLER)
    assert _claims(article, 40, "headline") == ["青溪镇定于3月7日上午9时举行运动会。"]


@pytest.mark.parametrize("style", ["brief", "bullets"])
def test_a_share_is_never_told_apart_from_what_it_is_a_share_of(style: SummaryStyle) -> None:
    article = _body(
        "青溪镇走访企业120家,组建党组织26个,其中,外资企业24家。白石镇种树3000棵,其中松树900棵。" + FILLER, FILLER
    )
    for max_chars in range(20, 60, 4):
        for claim in _claims(article, max_chars, style):
            assert "24家" not in claim or "其中" in claim
            assert "900棵" not in claim or "其中" in claim


def test_what_is_meant_to_be_done_next_gives_way_to_what_was_done() -> None:
    body = (
        "7月6日,青溪镇完成供水管网改造。镇上拆除旧水塔4座,新建泵站2座。工程队更换水表1200只。"
        "“下一步,青溪镇将以‘三个一’为抓手,聚焦‘水润青溪’品牌,擦亮‘清水名镇’招牌。”镇长许文涛说。"
    )
    text = _text(_summarise(_article(("headline", "青溪镇管网改造"), ("body", body)), 60))
    assert "1200只" in text
    assert "下一步" not in text


def test_a_list_of_offices_that_were_there_too_gives_way_to_what_was_done() -> None:
    body = (
        "7月6日,青溪镇召开供水工作会议,部署管网改造。会议通过水价方案,成立抢修专班,由副镇长刘建国负责。"
        "县水务局有关负责同志,各村主要负责人,部分县人大代表、县政协委员参加会议。"
    )
    text = _text(_summarise(_article(("headline", "青溪镇部署管网改造"), ("body", body)), 70))
    assert "刘建国" in text
    assert "代表" not in text
