"""How common words are in the documents of factories: what every form says tells nothing of this one.

Our own estimate in four classes, by the share of documents that hold a word; what stands in no class is rare.
"""

import math
import unicodedata

# Never a term by themselves: words of the form, of dates and of reference, whatever the document.
_NEVER = (
    "以下 以上 未満 場合 実施 確認 使用 対応 必要 可能 内容 方法 記入 場所 全て 全部 対象 該当 その他 事項 項目 "
    "平成 令和 昭和 年月日 月日 番号 有無 本当 時間帯 予定 備考 合計 区分 種類 名称 必須 任意 注意 参照 作成 変更 "
    "追加 未定 状態 程度 各部 説明 関係 情報 データ 下記 上記 御中 目的 概要 数量 単位 日付 日時 適用 様式 件名 "
    "担当 担当者 同上 承認 作業 結果 記録 理由 シート ページ 見出し 本書 一覧 作業者 版 コード 及 又 表示 発行 "
    "改訂 制定 旧 写真 名前 件数 開始 終了 回目 前回 次回 今回 本年 昨年 一年 皆様 全員 今後 以前 以後 以降 以外 "
    "以内 別紙 別途 当社 弊社 本日 現在 最終 最初 途中 部分 全体 一部 両方 左右 上下 前後 内側 外側 表 図 時 際 前 "
    "後 中 上 下 間 内 外 計 例 為 事 物 者 所 点 個 件 回 適合 良好 合格 不合格 異常 正常 判定 状況 効果 影響 "
    "原因 問題 予備 標準 準備 年度 上期 下期 曜日 午前 午後 時間 時刻 期間 期限 日 月 年 氏名 社名 住所 電話 済み "
    "未 可 否 有 無 良 不可 押印 捺印 署名 検印 印 欄 行 列 円 第一 第二 利用 提出 配布 処理 処置 管理 設定 選択 "
    "入力 出力 登録 削除 保存 保管 送付 依頼 新規 既存 基本 主要 重要 至急 確実 十分 容易 順番 順序 手順 順 順次 "
    "随時 適宜 ファイル フォルダ メモ リスト テキスト タイトル 凡例 フロー チェック 例外 詳細 代表 一式 from with "
    "that this have will been into your their they shall must should value when where which also each than then "
    "them there these those only other name note http https html www sheet table page date time total true false "
    "null none data unicode excel word book result type item list file index 令和元年 平成元年 元年 判断 発見 努力 "
    "半分 提案 完了 遅れ 来月 今月 先月 今週 来週 先週 毎日 毎週 毎月 毎年 宿題 代替 大きさ 方式 新年 繁忙 所要 "
    "太枠内 取得済 未使用 火曜日 月曜日 水曜日 木曜日 金曜日 土曜日 日曜日 感謝 挨拶 皆さん 自分 相手 意見 相談 "
    "検討 予定日 開催 参加 出席者 欠席 配付 回覧 質問 回答 希望 理解 把握 共有 周知 徹底 推進 強化 改善 向上 低減 "
    "削減 発生 防止 維持 継続 停止 再開 移動 移行 変化 増加 減少 比較 評価 分類 集計 計算 算出 平均値 最大値 "
    "最小値 合計値 割合 比率 総数 個数 台数 枚数 本数 人数 回数 順位 種別 分野 範囲 条件 要件 要求 要望 特徴 性質 "
    "役割 責任 権限 義務 規定 規則 制度 組織 体制 会社 企業 業務 事業 活動 仕事 勤務 教育 訓練 研修 資格 免許 経験 "
    "能力 技術 技能 知識 現場 職場 現物 現品 実物 見本 実際 実態 事実 事例 事故 事情 具体的 一般 通常 特別 特殊 "
    "専用 共通 個別 単独 同一 同様 同時 別 他 等 各種 各自 各工程 複数 多数 少数 全社 社内 社外 先 元 側 面 端 部 "
    "口 列目 行目 枚目 番目 一番 二番 一つ 二つ 三つ 一回 二回 毎回 常時 即時 直後 直前 事前 事後 始業時 終業時 "
    "作業前 作業後 作業中 終了後 開始前 使用前 使用後 new old and the for are not all can may was has but any our "
    "out see use via per yes end set 過去 将来 背景 傾向 費用 予算 後日 今期 来期 前期 取り組み 取組み 関係者 安定 "
    "悪化 見直し 見直 調査 聞き取り 一度 短時間 step steps ポイント 警告 危険 位置 向き 左側 右側 上側 下側 表側 "
    "裏側 手前 議題 連絡 間隔 確認手段 確認方法 版数 "
)
# In about half of all documents: labels of forms, parts of titles.
_EVERYWHERE = (
    "品番 品名 図番 型番 型式 文書番号 管理番号 改訂日 制定日 発行日 作成日 作成者 承認者 確認者 検査 検査員 規格 "
    "基準 基準値 規格値 公差 測定 測定値 測定日 測定者 測定項目 工程 工程名 設備 設備名 設備番号 部品 製品 ロット "
    "客先 仕入先 部署 部門 会社名 記入日 記入者 記入欄 出力日 作業内容 急所 保護具 工具 平均 偏差 上限 下限 最大 "
    "最小 中央値 頻度 単価 金額 特性 サンプル数 抜取 改訂履歴 点検日 点検者 判定基準 使用部品 適用範囲 目標 実績 "
    "計画 報告 課長 部長 係長 班長 工場 会社 社外秘 書類 資料 文書 取扱 不良 材料 材質 数 値 名 書 率 量 品 "
)
# In about one of five.
_OFTEN = (
    "作業標準書 作業手順書 手順書 作業標準 検査成績書 検査基準書 報告書 議事録 チェックシート 点検表 管理表 工程表 "
    "標準書 説明書 台帳 日報 対策 処置 作業手順 管理項目 管理方法 異常処置 測定具 測定器 計測器 周期 点検 清掃 "
    "安全 品質 生産 製造 加工 組立 機械 機械加工 生産数 不良数 良品数 不良内容 良品 在庫 納期 出荷 受入 購買 外注 "
    "機種 寸法 外観 目視 全数 限度見本 取付 取付状態 取り付け 締め付け 温度 圧力 時間 速度 回転 トルク 電源 主電源 "
    "スイッチ ボルト ナット ワッシャ 工程区分 出席 決定事項 経緯 真因 分析 推奨処置 現状 処置後 故障モード 会議 "
    "会議室 連絡 連絡先 集計 取引先 注文 見積 請求書 第一工場 第二工場 本社工場 本社 課 係 班 部 品質管理 品質保証 "
    "製造部 生産技術 設備保全 資材 総務 抜取方式 管理値 規格上限 規格下限 試験 試験結果 設置場所 保全 保全区分 "
    "交換 調整 洗浄 段取り 取扱説明書 注意事項 特記事項 必要資格 使用工具 使用設備 部品表 部品名 使用材料 "
)
# In about one of fifteen.
_SOMETIMES = (
    "ノギス マイクロメータ マイクロメーター ダイヤルゲージ トルクレンチ 治具 金型 刃物 ドリル エンドミル タップ "
    "リーマ 切削 研削 研磨 溶接 塗装 メッキ めっき 熱処理 プレス 成形 鋳造 鍛造 梱包 穴 内径 外径 深さ 長さ 幅 "
    "高さ 厚さ 面粗さ 硬さ 平面度 真円度 同軸度 直角度 バリ 傷 キズ 打痕 割れ 汚れ 錆 異物 欠品 寸法外れ 油 潤滑油 "
    "切削油 グリス 洗浄液 軸受 ベアリング シール パッキン モータ モーター ポンプ シリンダ センサ センサー ライン "
    "原点 ワーク チャック 赤札 隔離 手袋 保護めがね 安全靴 校正 合否 稼働率 停止時間 原価 材料費 加工費 客先名 "
    "納入 出荷実績 生産実績 ハウジング カバー ブラケット シャフト プレート "
)
_RARE = -math.log(0.012)
_CLASSES = ((_EVERYWHERE, 0.5), (_OFTEN, 0.2), (_SOMETIMES, 0.07))
_MOST = 6.5
_SHARE_OF_OTHERS = 0.3


def folded(word: str) -> str:
    """Write a word as the table has it."""
    return unicodedata.normalize("NFKC", word).casefold()


NEVER = frozenset(folded(word) for word in _NEVER.split())
_WEIGHTS = {folded(word): -math.log(share) for words, share in _CLASSES for word in words.split()}


def rarity(whole: str, parts: tuple[str, ...] = ()) -> float:
    """Give the inverse document frequency of a word; of a compound by its rarest part and a share of the others."""
    known = _WEIGHTS.get(folded(whole))
    if known is not None:
        return known
    weights = sorted((_part(part) for part in parts), reverse=True)
    if len(weights) < 2:
        return _RARE
    return min(_MOST, weights[0] + _SHARE_OF_OTHERS * sum(weights[1:]))


def _part(part: str) -> float:
    word = folded(part)
    if word in NEVER:
        return 0.3
    return _WEIGHTS.get(word, _RARE)


def is_never(word: str) -> bool:
    """Tell whether a word is no term by itself."""
    return folded(word) in NEVER
