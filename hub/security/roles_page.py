"""`docs/roles.md`, made from the table of permissions: `python -m hub.security.roles_page > docs/roles.md`.

The page is Japanese whatever the reader's language: it is a document, not a screen.
"""

from hub.actor import ROLES, Role
from hub.security.permissions import (
    HIDDEN,
    TABLE,
    Permission,
    Predicate,
    Rule,
    is_author,
    may_read,
    of_own_body,
    runs_body,
    sits_in_contact,
)

ROLE_NAMES: dict[Role, str] = {
    "officer": "職員",
    "manager": "団体管理者",
    "bureau": "部局職員",
    "supporter": "支援員",
    "lead": "統括",
    "admin": "システム管理者",
    "guest": "ゲスト",
}

WHEN: dict[Predicate, str] = {
    may_read: "読めるもの",
    of_own_body: "自団体のもの",
    runs_body: "管理する団体のもの",
    is_author: "本人の投稿",
    sits_in_contact: "問合せ先",
}

WHAT: dict[Permission, str] = {
    Permission.SIGNED_IN: "自分のアカウント・通知を使う",
    Permission.ROOM_READ: "ルームを読む",
    Permission.ROOM_CREATE: "研究会のルームを作る",
    Permission.ROOM_MANAGE: "ルームの名前・参加団体を変更する",
    Permission.ROOM_EXPORT: "ルームを書き出す",
    Permission.CONSULTATION_OPEN: "相談を始める",
    Permission.CONSULTATION_SETTLE: "相談を終了する・再開する",
    Permission.NOTICE_OPEN: "お知らせを出す",
    Permission.NOTICE_STATUS: "未確認の団体を見る",
    Permission.POST: "投稿する・リアクションする・確認しました",
    Permission.EDIT: "投稿を編集する",
    Permission.DELETE: "投稿を削除する",
    Permission.REDACT: "墨消しする",
    Permission.MARK_OFFICIAL: "公式回答を選ぶ",
    Permission.SUMMARISE: "まとめを書く",
    Permission.CONSULTATION_CHARGE: "相談の担当・回答予定を決める",
    Permission.CONSULTATION_RECORD: "電話・訪問で受けた相談を記録する",
    Permission.CONSULTATION_RULES: "相談の設定を変更する",
    Permission.LOCK: "書き込みを停止する・再開する",
    Permission.MOVE: "やりとりを別のルームへ移す",
    Permission.FILE_READ: "添付ファイルを開く",
    Permission.FILE_ADD: "ファイルを添付する",
    Permission.NOTE_READ: "県内メモを読む",
    Permission.NOTE_POST: "県内メモを書く",
    Permission.CASE_READ: "事例を読む",
    Permission.CASE_CREATE: "事例を書き始める",
    Permission.CASE_EDIT: "事例を編集する・確認を依頼する",
    Permission.CASE_APPROVE: "事例の公開に団体として同意する",
    Permission.CASE_RETURN: "事例を差し戻す",
    Permission.CASE_PUBLISH: "事例を公開する",
    Permission.CASE_SHARE: "事例の公開範囲を変更する・終了した取組として記録する・非公開に戻す",
    Permission.CASE_CONFIRM: "取組が続いているかを回答する",
    Permission.CASE_ADOPT: "自団体の横展開の状況を記録する",
    Permission.CASE_PROPOSE: "横展開の状況を提案する",
    Permission.CASE_THANK_ADOPTER: "自団体の事例を取り入れた団体にお礼を言う",
    Permission.CASE_PUBLIC: "事例の一般公開に同意する・終了する",
    Permission.CASE_IMPORT: "事例をファイルから取り込む",
    Permission.SPREAD_READ: "横展開の一覧を見る（市町村は自団体の行だけ）",
    Permission.CHECKLIST_EDIT: "横展開の段階ごとの確認項目を変更する",
    Permission.CASE_COMMENTS: "差し戻しのコメントを読む",
    Permission.CASE_ASK: "事例の問合せ先に質問する",
    Permission.CASE_PAUSE: "事例への質問・視察の受付を停止する",
    Permission.VISIT_REQUEST: "視察を申し込む",
    Permission.QUARTER_READ: "四半期の一枚を読む",
    Permission.KARTE_READ: "支援カルテを読む",
    Permission.KARTE_WRITE: "支援カルテに記録する・訂正する",
    Permission.KARTE_NOTE: "支援カルテの県内メモを読む・書く",
    Permission.VISIT_READ: "視察の申込みを読む",
    Permission.VISIT_ANSWER: "視察の申込みに回答する・記録する",
    Permission.VISIT_WITHDRAW: "視察の申込みを取り下げる",
    Permission.CURATE: "分野・タグ・前提・特集を整える",
    Permission.PASSAGE_MARK: "投稿に課題・取組・効果・苦労の目印を付ける",
    Permission.SHARING_READ: "共有の準備（公開される内容と読める人）を見る",
    Permission.SHARING_PREPARE: "相談から共有版・事例を準備する",
    Permission.SHARING_CONSENT: "共有に団体として同意する・差し戻す",
    Permission.SHARING_WITHDRAW: "共有を取り下げる",
    Permission.SHARING_ANSWER: "「この相談を、匿名でほかの市町村と共有しますか」に答える",
    Permission.SHARING_UNMASK: "理由を記録して、匿名の共有版を書いた人を確認する",
    Permission.SYNONYMS: "検索の同義語を変更する",
    Permission.REUSE_READ: "相談・事例が役に立った回数を見る",
    Permission.DUPLICATES_READ: "同じ質問かもしれない相談の一覧を見る",
    Permission.SEARCH_MEANING: "意味による検索の状態を見て、停止・開始する",
    Permission.STAFF_MANAGE: "職員を管理する",
    Permission.STAFF_IMPORT: "職員の表を取り込む",
    Permission.ORGANISATION_MANAGE: "団体・部署を管理する",
    Permission.READ_WITH_REASON: "理由を記録して内容を読む",
    Permission.AUDIT_READ: "操作の記録を読む",
    Permission.JOBS_MANAGE: "失敗した自動処理を見る、再実行する",
    Permission.MAIL_MANAGE: "メールの設定を見る、テストメールを送る",
}

HEAD = """# 役割と権限

この表は `hub/security/permissions.py` の表から作られ、画面・ソケット・追いつき（フィード）のすべてが同じ表に従います。
表にないことは、誰にもできません。作り直すには `python -m hub.security.roles_page > docs/roles.md` を実行します。

- **できる** いつでもできる。**—** できない。
- **読めるもの** その人が今読めるルームの中で。**自団体のもの** 自団体のルーム・人について。
  **管理する団体のもの** その役割（団体管理者・統括）を持つ所属の団体について。併任先で職員であるだけなら含みません。
  **本人の投稿** 自分が書いた投稿だけ。**問合せ先** その事例の問合せ先の担当に就いている人。
  「・」でつないだ条件は、すべて満たすときだけです。
- 職員・団体管理者・支援員・統括は、所属する団体と部署に開かれたルームを読みます。部局職員・ゲスト・システム管理者は、
  名前を挙げて開かれたルームだけを読みます。はじめは何も読めません。システム管理者が読むには、記録に残る理由が要ります。
- 事例の「読めるもの」は、公開後は公開範囲、書いている間はその団体と県DX担当です。編集する・同意する・公開するときは、
  いつも後の方（書いている側）で見ます。
- 所属に期限があれば、期限が来た瞬間に権限も終わります。開いている画面も1秒以内に切れます。
- 設定（`HUB_…`）は環境変数で、サーバーの管理者が変更します（[手引](operators.md)）。画面からは誰も変更できません。
- 読めないものと存在しないものは、どちらも「見つかりません」（404）です。
"""


def roles_page() -> str:
    """The whole page. Raises KeyError for a permission or predicate that has no Japanese words yet."""
    names = [f"{ROLE_NAMES[role]}<br>`{role}`" for role in ROLES]
    rows = [_row("できること", *names), _row(*["---"] * (len(ROLES) + 1)), *map(_permission, TABLE)]
    hidden = "、".join(f"「{WHAT[permission]}」" for permission in TABLE if permission in HIDDEN)
    foot = f"{hidden}は、役割が合わない人には存在も知らせません（403ではなく404）。\n"
    return "\n".join([HEAD, *rows, "", foot])


def _permission(permission: Permission) -> str:
    return _row(f"{WHAT[permission]}<br>`{permission}`", *(_cell(TABLE[permission], role) for role in ROLES))


def _cell(rules: tuple[Rule, ...], role: Role) -> str:
    return " または ".join(_conditions(rule) for rule in rules if role in rule.roles) or "—"


def _conditions(rule: Rule) -> str:
    return "・".join(WHEN[predicate] for predicate in rule.when) or "できる"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(roles_page(), end="")
