"""The accessibility summary: what the metadata mean for a reader, in the issue's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bulletin_press.editions.epub.accessibility import Accessibility


@dataclass(frozen=True, slots=True)
class _Sentences:
    """A sentence for each thing that a book may hold or lack."""

    text: str
    notes: str
    pictures: str
    charts: str
    formulas: str
    pages: str
    no_pictures: str
    no_tables: str
    no_languages: str


_SENTENCES: Mapping[str, _Sentences] = MappingProxyType(
    {
        "en": _Sentences(
            text="All text can be enlarged, restyled and read aloud; a table of contents and"
            " headings lead through the book.",
            notes="Notes lead back to where they are called.",
            pictures="Pictures that carry meaning have a description.",
            charts="The numbers of each chart stand in a table after it.",
            formulas="Formulas are written in MathML.",
            pages="The pages of the printed issue are marked.",
            no_pictures="Some pictures have no description.",
            no_tables="Some tables have no heads.",
            no_languages="Some passages do not say in which language they are.",
        ),
        "az": _Sentences(
            text="Bütün mətni böyütmək, görünüşünü dəyişmək və səsləndirmək olar; kitabda"
            " mündəricat və başlıqlar var.",
            notes="Qeydlərdən çağırıldıqları yerə qayıtmaq olar.",
            pictures="Mənalı şəkillərin təsviri var.",
            charts="Hər diaqramın rəqəmləri ondan sonra cədvəldə verilir.",
            formulas="Düsturlar MathML ilə yazılıb.",
            pages="Çap nəşrinin səhifələri qeyd olunub.",
            no_pictures="Bəzi şəkillərin təsviri yoxdur.",
            no_tables="Bəzi cədvəllərin başlıq xanaları yoxdur.",
            no_languages="Bəzi parçaların dili göstərilməyib.",
        ),
        "tr": _Sentences(
            text="Bütün metin büyütülebilir, görünümü değiştirilebilir ve sesli okunabilir; kitapta"
            " içindekiler ve başlıklar vardır.",
            notes="Notlardan çağrıldıkları yere dönülebilir.",
            pictures="Anlam taşıyan resimlerin açıklaması vardır.",
            charts="Her grafiğin verileri ardından gelen tabloda yer alır.",
            formulas="Formüller MathML ile yazılmıştır.",
            pages="Basılı sayının sayfaları işaretlenmiştir.",
            no_pictures="Bazı resimlerin açıklaması yoktur.",
            no_tables="Bazı tabloların başlık hücreleri yoktur.",
            no_languages="Bazı bölümlerin dili belirtilmemiştir.",
        ),
        "ru": _Sentences(
            text="Весь текст можно увеличивать, оформлять по-своему и слушать; в книге есть"
            " содержание и заголовки.",
            notes="Из примечаний можно вернуться к месту их вызова.",
            pictures="У значимых изображений есть описания.",
            charts="Данные каждой диаграммы приведены в таблице после неё.",
            formulas="Формулы записаны в MathML.",
            pages="Отмечены страницы печатного номера.",
            no_pictures="У некоторых изображений нет описания.",
            no_tables="У некоторых таблиц нет заголовочных ячеек.",
            no_languages="У некоторых отрывков не указан язык.",
        ),
        "uk": _Sentences(
            text="Увесь текст можна збільшувати, оформлювати по-своєму й слухати; у книзі є зміст"
            " і заголовки.",
            notes="З приміток можна повернутися до місця їх виклику.",
            pictures="Значущі зображення мають описи.",
            charts="Дані кожної діаграми наведено в таблиці після неї.",
            formulas="Формули записано в MathML.",
            pages="Позначено сторінки друкованого номера.",
            no_pictures="Деякі зображення не мають опису.",
            no_tables="Деякі таблиці не мають заголовних комірок.",
            no_languages="Для деяких уривків не вказано мову.",
        ),
        "ka": _Sentences(
            text="მთელი ტექსტის გადიდება, გაფორმების შეცვლა და ხმამაღლა მოსმენა შესაძლებელია;"
            " წიგნს აქვს სარჩევი და სათაურები.",
            notes="შენიშვნიდან შეიძლება მისი გამოძახების ადგილას დაბრუნება.",
            pictures="მნიშვნელოვან სურათებს აქვს აღწერა.",
            charts="თითოეული დიაგრამის მონაცემები მოცემულია მის შემდეგ ცხრილში.",
            formulas="ფორმულები ჩაწერილია MathML-ით.",
            pages="აღნიშნულია ნაბეჭდი ნომრის გვერდები.",
            no_pictures="ზოგიერთ სურათს აღწერა არ აქვს.",
            no_tables="ზოგიერთ ცხრილს სათაურის უჯრები არ აქვს.",
            no_languages="ზოგიერთი მონაკვეთის ენა მითითებული არ არის.",
        ),
        "de": _Sentences(
            text="Der ganze Text lässt sich vergrößern, anders gestalten und vorlesen;"
            " Inhaltsverzeichnis und Überschriften führen durch das Buch.",
            notes="Von den Anmerkungen führen Links zurück in den Text.",
            pictures="Bilder, die etwas bedeuten, sind beschrieben.",
            charts="Die Zahlen jedes Diagramms stehen danach in einer Tabelle.",
            formulas="Formeln sind in MathML geschrieben.",
            pages="Die Seiten der gedruckten Ausgabe sind markiert.",
            no_pictures="Einige Bilder sind nicht beschrieben.",
            no_tables="Einige Tabellen haben keine Kopfzellen.",
            no_languages="Bei einigen Passagen ist die Sprache nicht angegeben.",
        ),
        "fr": _Sentences(
            text="Tout le texte peut être agrandi, mis en forme autrement et lu à voix haute ; un"
            " sommaire et des titres guident la lecture.",
            notes="Les notes ramènent à leur appel.",
            pictures="Les images porteuses de sens ont une description.",
            charts="Les données de chaque graphique figurent ensuite dans un tableau.",
            formulas="Les formules sont écrites en MathML.",
            pages="Les pages du numéro imprimé sont repérées.",
            no_pictures="Certaines images n’ont pas de description.",
            no_tables="Certains tableaux n’ont pas d’en-têtes.",
            no_languages="La langue de certains passages n’est pas indiquée.",
        ),
        "el": _Sentences(
            text="Όλο το κείμενο μπορεί να μεγεθυνθεί, να αλλάξει μορφή και να διαβαστεί δυνατά· το"
            " βιβλίο έχει περιεχόμενα και επικεφαλίδες.",
            notes="Από τις σημειώσεις μπορεί κανείς να επιστρέψει στο κείμενο.",
            pictures="Οι εικόνες που έχουν νόημα έχουν περιγραφή.",
            charts="Τα δεδομένα κάθε γραφήματος δίνονται σε πίνακα μετά από αυτό.",
            formulas="Οι τύποι είναι γραμμένοι σε MathML.",
            pages="Οι σελίδες του έντυπου τεύχους σημειώνονται.",
            no_pictures="Ορισμένες εικόνες δεν έχουν περιγραφή.",
            no_tables="Ορισμένοι πίνακες δεν έχουν κελιά επικεφαλίδας.",
            no_languages="Σε ορισμένα αποσπάσματα δεν δηλώνεται η γλώσσα.",
        ),
        "pl": _Sentences(
            text="Cały tekst można powiększać, zmieniać jego wygląd i odczytywać na głos; książka"
            " ma spis treści i nagłówki.",
            notes="Z przypisów można wrócić do miejsca ich wywołania.",
            pictures="Obrazy niosące treść mają opisy.",
            charts="Dane każdego wykresu podano po nim w tabeli.",
            formulas="Wzory zapisano w MathML.",
            pages="Zaznaczono strony wydania drukowanego.",
            no_pictures="Niektóre obrazy nie mają opisu.",
            no_tables="Niektóre tabele nie mają komórek nagłówkowych.",
            no_languages="Przy niektórych fragmentach nie podano języka.",
        ),
        "ar": _Sentences(
            text="يمكن تكبير النص كله وتغيير مظهره وقراءته بصوت مسموع؛ وللكتاب فهرس وعناوين.",
            notes="تعيد الحواشي القارئ إلى مواضعها في النص.",
            pictures="للصور ذات المعنى وصف.",
            charts="ترد أرقام كل رسم بياني في جدول بعده.",
            formulas="المعادلات مكتوبة بصيغة MathML.",
            pages="صفحات العدد المطبوع معلَّمة.",
            no_pictures="بعض الصور بلا وصف.",
            no_tables="بعض الجداول بلا خلايا عناوين.",
            no_languages="لم تُذكر لغة بعض المقاطع.",
        ),
        "fa": _Sentences(
            text="همهٔ متن را می‌توان بزرگ کرد، ظاهرش را تغییر داد و با صدای بلند خواند؛ کتاب فهرست"
            " مطالب و عنوان دارد.",
            notes="از یادداشت‌ها می‌توان به متن بازگشت.",
            pictures="تصویرهای معنادار شرح دارند.",
            charts="داده‌های هر نمودار پس از آن در جدولی آمده است.",
            formulas="فرمول‌ها با MathML نوشته شده‌اند.",
            pages="صفحه‌های شمارهٔ چاپی نشان‌گذاری شده است.",
            no_pictures="برخی تصویرها شرح ندارند.",
            no_tables="برخی جدول‌ها خانهٔ عنوان ندارند.",
            no_languages="زبان برخی بخش‌ها مشخص نشده است.",
        ),
    }
)


def summary(found: Accessibility, language: str) -> tuple[str, str]:
    """The summary of what was found, and its language; English where the press has no words."""
    first = language.split("-")[0].lower()
    words = _SENTENCES.get(first, _SENTENCES["en"])
    barriers = found.barriers
    parts = (
        (True, words.text),
        (found.notes, words.notes),
        (found.described and "pictures" not in barriers, words.pictures),
        (found.charts, words.charts),
        (found.formulas, words.formulas),
        (found.paged, words.pages),
        ("pictures" in barriers, words.no_pictures),
        ("tables" in barriers, words.no_tables),
        ("languages" in barriers, words.no_languages),
    )
    said = language if first in _SENTENCES else "en"
    return " ".join(sentence for holds, sentence in parts if holds), said
