"""Whether a reply is the page itself, or something put in front of it.

A page that merely mentions a captcha, or has a cookie banner beside its article, is the page itself:
every sign but a header or a status counts only where hardly anything else is on the page.
"""

from __future__ import annotations

import re

from creditline.page.notices import notice
from creditline.records import PageReading, PlacementKind, Role

#: Visible characters up to which a page can be nothing but a wall or an error. Walls of the large
#: vendors hold 200 to 1,500; consent texts with their lists of purposes up to 4,000; the shortest of
#: 112 saved articles 1,900.
WALL_CHARS = 1_800
CONSENT_CHARS = 5_000
#: Only this much from the top is searched: a wall says at once what it is.
_TOP_CHARS = 1_200
#: Content pictures with which a page is more than a wall.
_MANY_PICTURES = 3
_HTML_TYPES = ("text/html", "application/xhtml+xml")

_CHALLENGE_TITLES = re.compile(
    r"^(?:just a moment|one moment, please|"
    r"attention required!? \| cloudflare|ddos-guard|"
    r"checking your browser|"
    r"please wait|pardon our interruption|access (?:to this page has been )?denied|human verification|"
    r"security check|verifying|robot or human|"
    r"are you (?:a )?(?:human|robot)|bot verification|"
    r"request rejected|"
    r"einen moment|nur einen moment|un momento|un instant|ein augenblick|"
    r"請稍候|请稍候|しばらくお待ちください)",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"checking (?:if the site connection is secure|your browser)|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|"
    r"enable javascript and cookies to continue|performance (?:&|and) security by cloudflare|"
    r"incapsula incident|"
    r"ddos protection by|needs to review the security of your connection|reference #\d+\.[0-9a-f]+\.|"
    r"request unsuccessful|bot detection|automated access|unusual activity|"
    r"überprüfung, ob .{0,40}verbindung sicher|vérification .{0,40}(?:navigateur|connexion)|"
    r"comprobando .{0,30}(?:navegador|conexión)|проверка .{0,30}браузера",
    re.IGNORECASE,
)
_CAPTCHA = re.compile(
    r"captcha|unusual traffic|not a robot|kein(?:e)? roboter|press (?:&|and) hold|no soy un robot|"
    r"je ne suis pas un robot|non sono un robot|"
    r"não sou (?:um )?robô|я не робот|ロボットではありません|人机验证|机器人",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"before you continue|bevor (?:sie|du) (?:zu|fort)|avant (?:d'accéder|de continuer)|"
    r"we (?:and our \S+ partners )?(?:value|care about) your privacy|"
    r"your privacy (?:choices|matters)|accept all(?: cookies)?|alle(?:s)? akzeptieren|"
    r"alle cookies (?:accepteren|akzeptieren|toestaan)|"
    r"tout accepter|aceptar todo|accetta tutt[oi]|aceitar tudo|zaakceptuj|godkänn alla|godta alle|"
    r"accepter alle|hyväksy kaikki|"
    r"přijmout vše|mit werbung weiterlesen|weiter mit werbung|consent|einwilligung|zustimm|consentement|"
    r"consentimiento|consenso|zgod[ay]",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"^(?:log ?in|sign ?in|login|anmelden|anmeldung|einloggen|se connecter|connexion|iniciar sesión|"
    r"accedi|entrar|inloggen|logga in|"
    r"log ind|logg inn|zaloguj|přihlášení|вход|войти|ログイン|登录|登入|로그인)\b|"
    r"(?:log ?in|sign ?in|register|melden sie sich an|connectez-vous|"
    r"inicia sesión)[^.]{0,40}(?:to (?:continue|view|see|access|read)|um fortzufahren|pour (?:continuer|"
    r"voir)|para (?:continuar|ver))|"
    r"must be logged in",
    re.IGNORECASE,
)
_PAYWALL = re.compile(
    r"subscribe (?:now )?to (?:continue|keep|read)|to continue reading|subscribers only|(?:for|"
    r"exclusive to) subscribers|"
    r"already a subscriber|weiterlesen mit|nur für abonnenten|abonnieren(?: sie)?,? um|jetzt abonnieren|"
    r"réservé aux abonnés|"
    r"suscríbete para|contenido exclusivo para suscriptores|riservato agli abbonati|"
    r"exclusivo para assinantes|"
    r"alleen voor abonnees|för prenumeranter|for abonnenter|tylko dla subskrybentów|"
    r"только для подписчиков|有料会員",
    re.IGNORECASE,
)
_NOT_FOUND = re.compile(
    r"\b404\b|(?:page|seite|article|post|content|file|url) (?:was |is |could |can |"
    r"has )?(?:not (?:be )?found|no longer (?:available|exists)|does(?: not|n.t) exist|been removed)|"
    r"not found|"
    r"nicht gefunden|existiert nicht|page (?:introuvable|non trouvée)|página no encontrada|"
    r"no (?:se ha )?encontrad[ao]|"
    r"pagina non trovata|página não encontrada|pagina niet gevonden|sidan (?:kunde inte hittas|"
    r"hittades inte|finns inte)|"
    r"siden (?:blev ikke fundet|finnes ikke|findes ikke)|sivua ei löy|nie znaleziono|stránka nenalezena|"
    r"не найдена|ページが見つかりません|页面不存在|找不到",
    re.IGNORECASE,
)
_PARKED = re.compile(
    r"domain (?:name )?(?:is |may be )?(?:for sale|parked|available for purchase)|buy this domain|"
    r"domain (?:has )?expired|"
    r"diese domain (?:steht|kaufen)|domain (?:zu verkaufen|ist zu verkaufen)|parked (?:free|domain)|"
    r"related searches|sedo ?parking|"
    r"ce (?:nom de )?domaine est à vendre|dominio (?:está )?en venta|account (?:has been )?suspended",
    re.IGNORECASE,
)


def page_state(status: int | None, headers: tuple[tuple[str, str], ...], reading: PageReading) -> str | None:
    """Say why a reply is not the page itself.

    Args:
        status: HTTP status, ``None`` where none was read.
        headers: The reply's headers, lower-case names.
        reading: What `read_page` found in it.

    Returns:
        ``captcha``, ``challenge``, ``consent wall``, ``login``, ``paywall``, ``soft 404``, ``parked domain``,
        ``not html``, what `page.notices` knows, or ``http 403`` and the like; ``None`` for the page itself.
    """
    wall = _wall(headers, reading)
    if status is not None and not 200 <= status < 300 and status != 304:
        if wall in ("captcha", "challenge"):
            return wall
        return "login" if status in (401, 407) else f"http {status}"
    content_type = next((value for name, value in headers if name == "content-type"), "")
    if content_type and not content_type.strip().lower().startswith(_HTML_TYPES):
        return "not html"
    return wall or _empty_answer(reading)


def _wall(headers: tuple[tuple[str, str], ...], reading: PageReading) -> str | None:
    if any(name == "cf-mitigated" and "challenge" in value for name, value in headers):
        return "challenge"
    text = reading.text
    top = f"{reading.title or ''}\n{text[:_TOP_CHARS]}"
    if _pictures(reading) >= _MANY_PICTURES:
        return None
    if len(text) <= WALL_CHARS:
        if _CAPTCHA.search(top):
            return "captcha"
        if _CHALLENGE.search(top) or _CHALLENGE_TITLES.match((reading.title or "").strip()):
            return "challenge"
    if _is_consent_wall(reading, top):
        return "consent wall"
    if len(text) <= WALL_CHARS:
        if _LOGIN.search(reading.title or "") or _LOGIN.search(text[:_TOP_CHARS]):
            return "login"
        if _PAYWALL.search(text):
            return "paywall"
        return notice(top)
    return None


def _is_consent_wall(reading: PageReading, top: str) -> bool:
    host, path = reading.url.host, reading.url.path.lower()
    if len(reading.text) > CONSENT_CHARS:
        return False
    if host.startswith(("consent.", "consents.", "privacy-gate.", "cmp.")) or path.startswith("/consent"):
        return True
    words = {found.group().lower() for found in _CONSENT.finditer(top)}
    if len(words) < 2 or _pictures(reading):
        return False
    # A banner stands beside an article: then most lines are about something else.
    lines = [line for line in reading.text.split("\n") if len(line) > 20]
    about = [
        line
        for line in lines
        if _CONSENT.search(line) or re.search(r"cookie|privacy|datenschutz|partner|vendors?", line, re.I)
    ]
    return 2 * len(about) >= len(lines)


def _empty_answer(reading: PageReading) -> str | None:
    text = reading.text
    if len(text) > WALL_CHARS or _pictures(reading) >= _MANY_PICTURES:
        return None
    top = f"{reading.title or ''}\n{text[:_TOP_CHARS]}"
    if _PARKED.search(top):
        return "parked domain"
    title = reading.title or ""
    heads = "\n".join([title, *(line for line in text.split("\n")[:40] if len(line) < 90)])
    return "soft 404" if _NOT_FOUND.search(heads) else None


def _pictures(reading: PageReading) -> int:
    return sum(
        1
        for placement in reading.placements
        if placement.role is Role.CONTENT and placement.kind is not PlacementKind.INLINE_DATA
    )
