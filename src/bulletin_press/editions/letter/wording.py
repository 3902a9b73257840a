"""The words that a letter adds by itself, in the language of the issue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's own words in one language; ``{title}`` stands for the publication's name."""

    web: str
    read_on: str
    attached: str
    download: str
    why: str
    preferences: str
    unsubscribe: str
    links: str


_ENGLISH = Words(
    web="Read on the web",
    read_on="Read on",
    attached="The whole issue is attached to this letter",
    download="Download the whole issue",
    why="You receive this letter because you subscribed to {title}.",
    preferences="Change what you receive",
    unsubscribe="Unsubscribe",
    links="Links",
)
WORDS: Mapping[str, Words] = MappingProxyType(
    {
        "en": _ENGLISH,
        "az": Words(
            web="Saytda oxuyun",
            read_on="Ardını oxuyun",
            attached="Buraxılış bütövlükdə bu məktuba əlavə olunub",
            download="Buraxılışı bütövlükdə yükləyin",
            why="Bu məktubu “{title}” nəşrinə abunə olduğunuz üçün alırsınız.",
            preferences="Abunəliyi dəyişin",
            unsubscribe="Abunəlikdən çıxın",
            links="Keçidlər",
        ),
        "tr": Words(
            web="Web’de okuyun",
            read_on="Devamını okuyun",
            attached="Sayının tamamı bu mektuba eklidir",
            download="Sayının tamamını indirin",
            why="Bu mektubu “{title}” yayınına abone olduğunuz için alıyorsunuz.",
            preferences="Aboneliği değiştirin",
            unsubscribe="Abonelikten çıkın",
            links="Bağlantılar",
        ),
        "ru": Words(
            web="Читать на сайте",
            read_on="Читать дальше",
            attached="Весь номер приложен к этому письму",
            download="Скачать весь номер",
            why="Вы получаете это письмо, потому что подписались на «{title}».",
            preferences="Изменить подписку",
            unsubscribe="Отписаться",
            links="Ссылки",
        ),
        "uk": Words(
            web="Читати на сайті",
            read_on="Читати далі",
            attached="Увесь номер додано до цього листа",
            download="Завантажити весь номер",
            why="Ви отримуєте цей лист, бо підписалися на «{title}».",
            preferences="Змінити підписку",
            unsubscribe="Відписатися",
            links="Посилання",
        ),
        "ka": Words(
            web="წაიკითხეთ საიტზე",
            read_on="განაგრძეთ კითხვა",
            attached="ნომერი სრულად ერთვის ამ წერილს",
            download="ჩამოტვირთეთ ნომერი სრულად",
            why="ამ წერილს იღებთ, რადგან გამოწერილი გაქვთ „{title}“.",
            preferences="გამოწერის შეცვლა",
            unsubscribe="გამოწერის გაუქმება",
            links="ბმულები",
        ),
        "de": Words(
            web="Im Web lesen",
            read_on="Weiterlesen",
            attached="Das ganze Heft liegt diesem Brief bei",
            download="Das ganze Heft herunterladen",
            why="Sie erhalten diesen Brief, weil Sie „{title}“ abonniert haben.",
            preferences="Abonnement ändern",
            unsubscribe="Abbestellen",
            links="Verweise",
        ),
        "fr": Words(
            web="Lire sur le site",
            read_on="Lire la suite",
            attached="Le numéro complet est joint à cette lettre",
            download="Télécharger le numéro complet",
            why="Vous recevez cette lettre parce que vous êtes abonné à « {title} ».",
            preferences="Modifier l’abonnement",
            unsubscribe="Se désabonner",
            links="Liens",
        ),
        "el": Words(
            web="Διαβάστε στον ιστότοπο",
            read_on="Διαβάστε τη συνέχεια",
            attached="Ολόκληρο το τεύχος επισυνάπτεται σε αυτή την επιστολή",
            download="Κατεβάστε ολόκληρο το τεύχος",
            why="Λαμβάνετε αυτή την επιστολή επειδή έχετε εγγραφεί στο «{title}».",
            preferences="Αλλαγή της συνδρομής",
            unsubscribe="Διαγραφή από τη λίστα",
            links="Σύνδεσμοι",
        ),
        "pl": Words(
            web="Czytaj na stronie",
            read_on="Czytaj dalej",
            attached="Cały numer jest załączony do tego listu",
            download="Pobierz cały numer",
            why="Otrzymujesz ten list w ramach subskrypcji „{title}”.",
            preferences="Zmień subskrypcję",
            unsubscribe="Zrezygnuj z subskrypcji",
            links="Odnośniki",
        ),
        "ar": Words(
            web="اقرأ على الموقع",
            read_on="تابع القراءة",
            attached="العدد كاملًا مرفق بهذه الرسالة",
            download="تنزيل العدد كاملًا",
            why="تصلك هذه الرسالة لأنك مشترك في «{title}».",
            preferences="تعديل الاشتراك",
            unsubscribe="إلغاء الاشتراك",
            links="الروابط",
        ),
        "fa": Words(
            web="در وب بخوانید",
            read_on="ادامه مطلب",
            attached="متن کامل این شماره پیوست این نامه است",
            download="دریافت متن کامل این شماره",
            why="این نامه را به این دلیل دریافت می‌کنید که مشترک «{title}» هستید.",
            preferences="تغییر اشتراک",
            unsubscribe="لغو اشتراک",
            links="پیوندها",
        ),
    }
)
_UNITS = {
    "ru": ("кБ", "МБ"), "uk": ("кБ", "МБ"), "ka": ("კბ", "მბ"), "fr": ("ko", "Mo"),
    "ar": ("ك.ب", "م.ب"), "fa": ("کیلوبایت", "مگابایت"),
}  # fmt: skip
_POINT = frozenset({"en", "ar", "fa"})


def words(tag: str) -> Words:
    """The words for a BCP 47 tag by its first subtag; English where the language is unknown."""
    return WORDS.get(tag.split("-")[0].lower(), _ENGLISH)


def size(octets: int, tag: str) -> str:
    """A file's size as a reader says it, such as “340 kB” or “1.2 MB”."""
    language = tag.split("-")[0].lower()
    kilo, mega = _UNITS.get(language, ("kB", "MB"))
    if octets < 999_500:
        return f"{max(round(octets / 1000), 1)}\u00a0{kilo}"
    number = f"{octets / 1_000_000:.1f}"
    known = language in _POINT or language not in WORDS
    return f"{number if known else number.replace('.', ',')}\u00a0{mega}"
