"""Everything that the command line says, in Japanese and English."""

from __future__ import annotations

import os

LANGUAGES = ("ja", "en")

WORDS: dict[str, tuple[str, str]] = {
    # errors
    "stream_id": (
        "系列の名前「{stream}」は使えません。「spindle/vibration」のような形にしてください。",
        "The stream name “{stream}” cannot be used. Give it a form such as spindle/vibration.",
    ),
    "stream_twice": (
        "系列「{stream}」が2回宣言されています。1回にしてください。",
        "The stream “{stream}” is declared twice. Declare it once.",
    ),
    "clock_twice": (
        "時計「{clock}」が、違う内容で2回宣言されています。同じ内容にするか、名前を分けてください。",
        "The clock “{clock}” is declared twice with different facts. Make them equal or give it another name.",
    ),
    "channel_names": (
        "系列「{stream}」のチャンネル名が空か、重なっています。それぞれに名前を付けてください。",
        "Channel names of the stream “{stream}” are empty or alike. Give each a name of its own.",
    ),
    "channel": (
        "系列「{stream}」のチャンネル「{channel}」の型・形・校正に使えないところがあります。宣言を直してください。",
        "The type, shape or calibration of channel “{channel}” of stream “{stream}” cannot be used. Correct it.",
    ),
    "rate": (
        "系列「{stream}」の周期（Hz）が数値として使えません。0以上の値にしてください。",
        "The rate of the stream “{stream}” is no usable number. Give 0 or more, in Hz.",
    ),
    "values": (
        "系列「{stream}」に渡された値の大きさは{bytes}ですが、{expected}のはずです。宣言と合わせてください。",
        "Values of size {bytes} were given to the stream “{stream}”, which takes {expected}. Make them fit.",
    ),
    "counts": (
        "系列「{stream}」の値が、宣言した型に入りません（{reason}）。型か値を直してください。",
        "A value does not fit the type that the stream “{stream}” declares ({reason}). Correct either.",
    ),
    "times": (
        "系列「{stream}」の時刻か番号が、64ビットの整数ではありません。ナノ秒の整数で渡してください。",
        "A time or number of the stream “{stream}” is no 64-bit integer. Give nanoseconds as whole numbers.",
    ),
    "queue_in_use": (
        "「{folder}」には、別の記録プログラムが書き込んでいます。フォルダーを分けるか、先のプログラムを終えてください。",
        "Another recorder is writing to “{folder}”. Choose another folder, or end that recorder.",
    ),
    "run_twice": (
        "実行「{run}」のバッチが、すでにこのフォルダーにあります。別の名前を付けるか、名前を省いてください。",
        "This folder has batches of the run “{run}” already. Give the run another name, or none.",
    ),
    "not_sent": (
        "「{name}」はまだ送り終えていないため、削除しません。先に送信してください。",
        "“{name}” was not handed on yet and is not deleted. Upload it first.",
    ),
    "disk_full": (
        "ディスクに空きがありません。空きを作ってから、もう一度実行してください。",
        "The disk is full. Make room, then try again.",
    ),
    "file": (
        "「{path}」を読み書きできません（{reason}）。名前と権限を確かめて、もう一度実行してください。",
        "“{path}” cannot be read or written ({reason}). Check its name and permissions, then try again.",
    ),
    "key_file": (
        "「{path}」から鍵を読めません。`genba-edge key` で作ったファイルを指定してください。",
        "No key can be read from “{path}”. Name a file that `genba-edge key` made.",
    ),
    "key_exists": (
        "「{path}」はすでにあります。鍵を失わないよう、上書きしません。別の名前を指定してください。",
        "“{path}” exists and is not overwritten, so that no key is lost. Choose another name.",
    ),
    "needs_extra": (
        "これには追加機能「{extra}」が必要です。インストールしてください：pip install \"genba-edge[{extra}]\"",
        "This needs the extra “{extra}”. Install it: pip install \"genba-edge[{extra}]\"",
    ),
    "target": (
        "送り先「{target}」が分かりません。フォルダーか、https:// で始まるアドレスを指定してください。",
        "The target “{target}” is not understood. Name a folder or an address that begins with https://",
    ),
    "token_without_tls": (
        "暗号化されない http:// では、トークンを送りません。https:// のアドレスを指定してください。",
        "A token is not sent over plain http://. Give an address that begins with https://",
    ),
    # a deployed model
    "deployment_missing": (
        "モデルのフォルダーの「{name}」を読めません（{reason}）。`genba deploy` の出力先を指定してください。",
        "“{name}” of the model's folder cannot be read ({reason}). Name a folder that `genba deploy` wrote.",
    ),
    "deployment_broken": (
        "deployment.json を読めません（{reason}）。`genba deploy` でもう一度書き出してください。",
        "deployment.json cannot be read ({reason}). Write it again with `genba deploy`.",
    ),
    "deployment_version": (
        "モデルのフォルダーの版「{version}」は扱えません。genba-edge を新しくしてください。",
        "The model's folder has version “{version}”, which is not known here. Update genba-edge.",
    ),
    "deployment_field": (
        "deployment.json の「{field}」が正しくありません。`genba deploy` でもう一度書き出してください。",
        "“{field}” of deployment.json is not right. Write it again with `genba deploy`.",
    ),
    "deployment_hash": (
        "モデル「{name}」が、書き出したときから変わっています。使わずに止めました。もう一度コピーしてください。",
        "The model “{name}” is not the one that was deployed and is not used. Copy it again.",
    ),
    "deployment_model": (
        "モデルを動かせません（{reason}）。`genba deploy` でもう一度書き出してください。",
        "The model cannot be run ({reason}). Write it again with `genba deploy`.",
    ),
    "deployment_stream": (
        "このモデルは系列「{wanted}」のためのものです。「{stream}」には使えません。",
        "This model is for the stream “{wanted}”. It cannot look at “{stream}”.",
    ),
    "deployment_rate": (
        "モデルは{wanted} Hzのためのものですが、系列は{rate_hz} Hzです。同じ周期で学習し直してください。",
        "The model is for {wanted} Hz, and the stream has {rate_hz} Hz. Learn again at the same rate.",
    ),
    "deployment_channel": (
        "モデルが見るチャンネル「{channel}」が系列にありません。チャンネルの名前を確かめてください。",
        "The stream has no channel “{channel}”, which the model looks at. Check the names of its channels.",
    ),
    "slices_without_model": (
        "--slices には --deployment も必要です。モデルのフォルダーを指定してください。",
        "--slices needs --deployment too. Name the model's folder.",
    ),
    "simulated_range": (
        "長さは1秒から1日まで、欠落の多さは0から100までにしてください。",
        "Give a duration from one second to a day, and losses from 0 to 100.",
    ),
    "log_missing": (
        "「{path}」はまだありません。--once では、あるファイルを指定してください。",
        "“{path}” is not there. With --once, name a file that is.",
    ),
    # what stops an upload
    "unreachable": (
        "送り先に届きません。接続を確かめて、もう一度実行してください。続きから送ります。",
        "The target cannot be reached. Check the connection and run this again; it goes on where it stopped.",
    ),
    "exists": (
        "送り先に、同じ名前で中身の違うファイルがあります。どちらが正しいか調べ、送り先のファイルを移してください。",
        "The target has another file of the same name. Find out which is right, and move the one at the target.",
    ),
    "certificate": (
        "サーバーの証明書を確認できません。アドレスを確かめるか、--ca-file で認証局を指定してください。",
        "The server's certificate cannot be verified. Check the address, or name its authority by --ca-file.",
    ),
    "refused": (
        "サーバーが受け取りを断りました。アドレスと権限（--token-file）を確かめてください。",
        "The server refused. Check the address and the permission (--token-file).",
    ),
    # what is wrong with a batch
    "damaged": ("壊れています。機械からコピーし直してください。", "damaged: copy it again from the machine"),
    "cut_off": (
        "途中で切れています。コピーし直すか、記録プログラムを起動して閉じてください。",
        "cut off: copy it again, or start the recorder, which closes it",
    ),
    "left_over": ("終わりの後ろに余分なバイトがあります。", "bytes stand behind its end"),
    "no_batch": ("バッチではないか、先頭が壊れています。", "no batch, or its beginning is damaged"),
    "unreadable": ("ファイルを読めません。権限を確かめてください。", "cannot be read: check who may read it"),
    "changed": ("記録のあとに変更されています。", "changed after recording"),
    "other_key": ("別の鍵で保護されています。", "protected by another key"),
    "no_key": ("鍵で保護されていません。", "not protected by a key"),
    "not_signed": ("その鍵による署名がありません。", "not signed by that key"),
    "wrong_signature": ("署名が合いません。", "the signature is wrong"),
    "twice": ("同じ番号のバッチが2つあります。", "a batch of this number is there already"),
    "gap_before": ("前のバッチがありません。", "the batch before it is missing"),
    "exchanged": ("前のバッチとつながりません。", "does not follow from the batch before it"),
    # results
    "sound": (
        "{files}個のファイルに問題はありません（サンプル{samples}個、記録側で失われたもの{lost}個）。",
        "{files} files are sound ({samples} samples; {lost} that the recorder says it lost).",
    ),
    "unsound": (
        "{files}個のうち{bad}個に問題があります。上の表示に従ってください。",
        "{bad} of {files} files are not sound. Follow what is said above.",
    ),
    "sent": (
        "{count}個のバッチ（{size_mb} MB）を送りました。残りは{waiting}個です。",
        "Sent {count} batches ({size_mb} MB); {waiting} are waiting.",
    ),
    "simulated": (
        "{seconds}秒分を記録しました（サンプル{samples}個、ロット{lots}個、異常{faults}件）。次は genba capture です。",
        "Recorded {seconds} s of the cell ({samples} samples, {lots} lots, {faults} faults). Next: genba capture.",
    ),
    "watched": (
        "モデルは{scored}区間を見ました：異常{abnormal}、判断に迷う{unsure}、間に合わず飛ばしたサンプル{passed_over}個。",
        "The model saw {scored} windows: {abnormal} abnormal, {unsure} unsure; {passed_over} samples came too fast.",
    ),
    "slices_kept": (
        "切り出しは{slices}件です（依頼{asked}件、上限で見送り{over_budget}件、前が欠けたもの{cut_short}件）。",
        "{slices} slices were kept ({asked} asked for, {over_budget} over budget, {cut_short} cut short).",
    ),
    "tailed": (
        "「{path}」から{rows}行を記録しました（読めなかった行{unread}）。",
        "Recorded {rows} lines of “{path}” ({unread} could not be read).",
    ),
    "key_made": (
        "鍵{key}を「{path}」に作りました。genbaを動かす側にも、安全な方法で同じファイルを置いてください。",
        "Made the key {key} in “{path}”. Take the same file to where genba runs, by a safe way.",
    ),
}  # fmt: skip

# Of commands and options.
HELP: dict[str, tuple[str, str]] = {
    "genba-edge": (
        "機械のそばで生の信号を記録し、送り出します。",
        "Record raw signals at the machine and hand them on.",
    ),
    "verify": ("バッチが完全で、変更されていないことを確かめます。", "check that batches are whole and unchanged"),
    "verify.files": ("バッチのファイル、またはフォルダー", "batch files, or folders of them"),
    "verify.key": ("記録に使った鍵のファイル", "file of the key that the recorder used"),
    "verify.signer": ("署名した鍵（公開鍵、16進数64桁）", "public key of the signer, 64 hexadecimal digits"),
    "upload": (
        "待っているバッチを送ります。途中で切れても続きから送ります。",
        "send waiting batches, resuming broken ones",
    ),
    "upload.queue": ("記録のフォルダー", "the recorder's folder"),
    "upload.target": ("送り先のフォルダー、または https:// のアドレス", "a folder, or an https:// address"),
    "upload.delete": ("受け取りが確かめられたバッチを削除します。", "delete batches once they are acknowledged"),
    "upload.limit": ("1秒に送る量の上限（KB）", "most kilobytes to send in a second"),
    "upload.token": ("サーバーに示すトークンのファイル", "file of the token to show to the server"),
    "upload.ca": ("サーバーの認証局の証明書（PEM）", "certificate of the server's authority (PEM)"),
    "upload.attempts": ("続けて失敗したときにあきらめるまでの回数", "failures in a row before giving up"),
    "key": ("記録を保護する鍵を作ります。", "make a key that protects recordings"),
    "key.path": ("作るファイル", "the file to make"),
    "tail": ("書き足されていくCSVログを記録します。", "record a CSV log while it grows"),
    "tail.log": ("ログのファイル", "the log file"),
    "tail.out": ("記録のフォルダー", "the recorder's folder"),
    "tail.stream": ("系列の名前（省略するとファイル名）", "name of the stream (default: the file's)"),
    "tail.time": ("時刻の列の名前（日付と時刻が別なら2つ）", "column of the time (two, if date and time are apart)"),
    "tail.unit": ("数字で書かれた時刻の単位", "unit of times that are plain numbers"),
    "tail.encoding": ("文字コード（省略すると自動）", "encoding (default: found out)"),
    "tail.every": ("何秒ごとに見るか", "seconds between two looks"),
    "tail.once": ("今ある行だけを記録して終わります。", "record the lines that are there, then end"),
    "simulate": (
        "時計のずれ、欠落、異常の正解が分かっている、架空の設備を記録します。",
        "record an invented machine cell whose clocks, losses and faults are known",
    ),
    "simulate.out": ("記録のフォルダー", "the recorder's folder"),
    "simulate.seed": ("乱数の種。同じ種なら同じ記録になります。", "the same seed gives the same recording"),
    "simulate.duration": ("長さ（秒）", "duration in seconds"),
    "simulate.truth": ("正解を書くファイル（JSON）", "file for the truth (JSON)"),
    "simulate.no_faults": ("設備の異常を入れません。", "no faults of the machine"),
    "simulate.losses": ("欠落などの多さ（1が普通、0はなし）", "how much is lost on the way (1 usual, 0 nothing)"),
    "simulate.deployment": ("記録しながら動かすモデルのフォルダー", "folder of a model to run beside the recording"),
    "simulate.slices": ("モデルが迷った区間を残すフォルダー", "folder for the slices the model was unsure about"),
    "json": ("結果をJSONで表示します。", "print the result as JSON"),
}


def language() -> str:
    """The language of the person: GENBA_LANG, else that of the system."""
    given = os.environ.get("GENBA_LANG", "")[:2].lower()
    if given in LANGUAGES:
        return given
    system = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if system.lower().startswith("en") else "ja"


def sentence(code: str, **details: object) -> str:
    """What a code means."""
    return WORDS[code][LANGUAGES.index(language())].format(**details)


def help_of(name: str) -> str:
    """The line of help for a command or an option."""
    return HELP[name][LANGUAGES.index(language())].replace("%", "%%")
