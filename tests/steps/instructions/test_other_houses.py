"""Houses that write otherwise: other words, other order, headers away from their rows, boxes to tick."""

from genba.model.instruction import WarningLevel
from genba.model.nodes import Grid, Heading, Pair, Paragraph
from genba.model.place import Place
from tests.steps.instructions.test_extract import grid, instruction, line, steps, title


def cell(text: str, area: str) -> Paragraph:
    return Paragraph(text=text, place=Place(sheet="S", range=area))


def test_point_and_reason_in_one_cell_are_parted_and_bare_figures_under_time_are_seconds() -> None:
    found = steps(
        title("要素作業票　コンプレッサー組付"),
        grid(
            [
                ["順", "要素作業", "正味時間", "急所（理由）", "見本", "異常時"],
                ["①", "ワッシャを軸に通す", "4", "面取り側を上にする（逆組み）", "図1", "止める・呼ぶ・待つ"],
                ["②", "ボルト4本を対角に仮締めする", "12", "1/2回転ずつ\n理由：片締めで歪むから", "", ""],
                ["③", "本締めする　22±2N・m", "9.5", "「カチッ」と1回。鳴らしすぎると締めすぎになるため。", "", ""],
            ]
        ),
    )
    assert [step.number for step in found] == ["①", "②", "③"]
    assert [step.action for step in found] == ["通す", "仮締めする", "本締めする"]
    assert [step.key_points for step in found] == [
        ("面取り側を上にする",),
        ("1/2回転ずつ",),
        ("「カチッ」と1回。",),
    ]
    assert [step.reasons for step in found] == [
        ("逆組み",),
        ("片締めで歪むから",),
        ("鳴らしすぎると締めすぎになるため",),
    ]
    assert [step.time_s for step in found] == [4.0, 12.0, 9.5]
    assert found[0].branches[0].target == "止める・呼ぶ・待つ"
    assert [(item.value, item.unit) for item in found[2].parameters] == [(22.0, "N・m")]


def test_times_are_read_in_the_unit_of_their_column() -> None:
    for header, text, seconds in (
        ("秒", "30", 30.0),
        ("標準時間(秒)", "45", 45.0),
        ("時間[分]", "1.5", 90.0),
        ("所要時間（ｓ）", "20", 20.0),
        ("時間", "15", 15.0),
        ("工数", "2分", 120.0),
        ("工数", "2", None),
    ):
        table = grid([["No.", "手順", header], ["1", "型を開く", text], ["2", "型を閉じる", text]])
        assert [step.time_s for step in steps(title("成形作業手順書"), table)] == [seconds] * 2, header


def test_a_picture_column_first_and_a_warning_alone_in_its_row_leave_the_steps_as_they_are() -> None:
    found = steps(
        title("ろ過器　分解作業手順"),
        grid(
            [
                ["写真", "#", "やること", "品番/員数", "道具", "ねらい値", "気をつけること", "なんのため"],
                ["", "1", "フタをはずす", "", "プラスドライバー(No.2)", "", "爪を折らない", "再使用するため"],
                ["【警告】感電のおそれ。必ず主電源を切る", "", "", "", "", "", "", ""],
                ["写真1", "2", "フィルタを取り替える", "FLT-2201 ×1", "", "", "向きに注意", "逆流防止"],
                ["", "2a", "Oリングにグリスを塗る", "", "", "0.5～1.0g", "", ""],
            ]
        ),
    )
    assert [(step.number, step.text) for step in found] == [
        ("1", "フタをはずす"),
        ("2", "フィルタを取り替える"),
        ("2a", "Oリングにグリスを塗る"),
    ]
    assert found[0].key_points == ("爪を折らない",)
    assert found[0].reasons == ("再使用するため",)
    assert [(hazard.level, hazard.text) for hazard in found[1].warnings] == [
        (WarningLevel.WARNING, "感電のおそれ。必ず主電源を切る")
    ]
    assert [(part.number, part.quantity) for part in found[1].parts] == [("FLT-2201", 1.0)]
    assert [(item.lower, item.upper, item.unit) for item in found[2].parameters] == [(0.5, 1.0, "g")]


def test_running_text_with_its_own_labels_and_signs_is_read_by_them() -> None:
    found = instruction(
        title("塗装ブース　立上げ要領"),
        line("使う道具　粘度カップ、ストップウォッチ"),
        line("保護具 □保護めがね ■防毒マスク ■静電服"),
        line("その1　排気ファンを回す"),
        line("☆こつ：風速計で0.4m/s以上を確かめる（溶剤が滞留するため）"),
        line("▲注意▲　スイッチは濡れた手で触らない"),
        line("その2　塗料の粘度を測る"),
        line("⇒ なぜ：粘度が高いと肌が荒れる"),
        line("◎ 使用：粘度カップ"),
        line("⇒ 判定：外れたらその1へ戻る"),
    )
    first, second = found.steps
    assert found.tools == ("粘度カップ", "ストップウォッチ")
    assert found.protective_equipment == ("防毒マスク", "静電服")
    assert (first.key_points, first.reasons) == (("風速計で0.4m/s以上を確かめる",), ("溶剤が滞留するため",))
    assert second.reasons == ("粘度が高いと肌が荒れる",)
    assert second.tools == ("粘度カップ",)
    assert [branch.target for branch in second.branches] == ["1"]
    assert [hazard.level for hazard in second.warnings] == [WarningLevel.CAUTION]


def test_numbers_of_machines_are_no_tools() -> None:
    found = instruction(
        title("フランジ加工作業標準書"),
        Pair(label="設備", value="MC-05"),
        Pair(label="使用設備", value="立形マシニングセンタ MC-07、3号機"),
        Pair(label="治具・工具", value="ソケット 13mm、T型レンチ"),
        grid([["No.", "作業内容", "急所"], ["1", "素材を取り付ける", "隙間なし"], ["2", "サイクルを起動する", ""]]),
    )
    assert found.tools == ("立形マシニングセンタ", "ソケット 13mm", "T型レンチ")


def test_a_header_away_from_its_rows_names_them_by_what_stands_in_them() -> None:
    header = [
        cell(text, area)
        for text, area in (("絵", "A5:C5"), ("順番", "D5:E5"), ("秒", "F5:G5"), ("要領", "H5:P5"), ("訳", "Q5:T5"))
    ]
    names = [*header[:-1], cell("理由", "Q5:T5")]
    rows = grid([["1", "金型を温める", "湯回りが悪くなるため"], ["2", "溶湯を注ぐ", "巣を防ぐため"]], header_rows=0)
    found = steps(title("鋳込み作業要領書"), *names, Heading(text="■ 準備", level=2), rows)
    assert [(step.number, step.text, step.reasons, step.section) for step in found] == [
        ("1", "金型を温める", ("湯回りが悪くなるため",), "準備"),
        ("2", "溶湯を注ぐ", ("巣を防ぐため",), "準備"),
    ]


def test_a_header_of_which_two_names_were_taken_for_a_field_is_a_header() -> None:
    place = Place(sheet="S", range="H5:P5")
    timed = grid([["1", "30", "金型を温める"], ["2", "", "溶湯を注ぐ"]], header_rows=0)
    found = steps(
        title("鋳込み作業要領書"),
        Pair(label="手順番号", value="", unit="秒", place=place),
        cell("やること", "Q5:T5"),
        Heading(text="■ 準備", level=2),
        timed,
    )
    assert [(step.number, step.time_s) for step in found] == [("1", 30.0), ("2", None)]
    rows = Grid(
        cells=grid([["1", "図1 全景", "金型を温める", "湯回り"], ["2", "", "溶湯を注ぐ", ""]], header_rows=0).cells,
        rows=2,
        columns=4,
        row_places=(Place(sheet="S", range="A7:T8"), Place(sheet="S", range="A9:T10")),
    )
    found = steps(
        title("鋳込み作業要領書"),
        Pair(label="順番/参考図", value="やること", place=place),
        cell("急所", "Q5:T5"),
        Heading(text="■ 準備", level=2),
        rows,
    )
    assert [(step.number, step.text, step.key_points) for step in found] == [
        ("1", "金型を温める", ("湯回り",)),
        ("2", "溶湯を注ぐ", ()),
    ]
