"""Sentences of many languages, from which paragraphs with words as long as real ones are made."""

from __future__ import annotations

from random import Random

LEFTWARD = frozenset({"ar", "fa", "he", "ur"})

# Of the Universal Declaration of Human Rights, the first article or parts of it, and some words of
# the news.
_TEXTS = {
    "en": "All human beings are born free and equal in dignity and rights. They are endowed with"
    " reason and conscience and should act towards one another in a spirit of brotherhood;"
    " negotiations on the international transmission agreement, the minister announced,"
    " continue in the capital until a state-owned company decides about infrastructure",
    "de": "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft"
    " und Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen;"
    " Verhandlungen über das Umspannwerk, die Bundesregierung und Wirtschaftsminister der"
    " Nachbarländer, Stromversorgung, Hafengesellschaft, Grenzübergänge zu öffnen",
    "fr": "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués"
    " de raison et de conscience et doivent agir les uns envers les autres dans un esprit de"
    " fraternité; le ministère de l’infrastructure a annoncé la négociation aujourd’hui",
    "es": "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como"
    " están de razón y conciencia, deben comportarse fraternalmente los unos con los otros;"
    " la infraestructura internacional del puerto anunciada por el gobierno",
    "it": "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati"
    " di ragione e di coscienza e devono agire gli uni verso gli altri in spirito di"
    " fratellanza; l’amministrazione dell’infrastruttura portuale annunciata dal governo",
    "pt": "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de"
    " razão e de consciência, devem agir uns para com os outros em espírito de fraternidade;"
    " negociações internacionais sobre a infraestrutura do porto",
    "nl": "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd"
    " met verstand en geweten, en behoren zich jegens elkander in een geest van broederschap"
    " te gedragen; onderhandelingen over elektriciteitsvoorziening en havenbedrijven",
    "sv": "Alla människor är födda fria och lika i värde och rättigheter. De har utrustats med"
    " förnuft och samvete och bör handla gentemot varandra i en anda av gemenskap;"
    " förhandlingarna om elförsörjningen och utrikesministerns tillkännagivande",
    "fi": "Kaikki ihmiset syntyvät vapaina ja tasavertaisina arvoltaan ja oikeuksiltaan. Heille on"
    " annettu järki ja omatunto, ja heidän on toimittava toisiaan kohtaan veljeyden hengessä;"
    " sähkönsiirtoyhteyden rakentamisesta neuvotellaan ulkoministeriössä",
    "pl": "Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni"
    " obdarzeni rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa;"
    " ministerstwo infrastruktury ogłosiło międzynarodowe porozumienie",
    "cs": "Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni"
    " rozumem a svědomím a mají spolu jednat v duchu bratrství; ministerstvo zahraničních"
    " věcí oznámilo vyjednávání o mezinárodní dohodě",
    "hu": "Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az emberek,"
    " ésszel és lelkiismerettel bírván, egymással szemben testvéri szellemben kell hogy"
    " viseltessenek; külügyminisztérium villamosenergia-hálózatának fejlesztése",
    "lt": "Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Jiems suteiktas protas ir"
    " sąžinė ir jie turi elgtis vienas kito atžvilgiu kaip broliai; tarptautinis susitarimas",
    "ro": "Toate ființele umane se nasc libere și egale în demnitate și în drepturi. Ele sunt"
    " înzestrate cu rațiune și conștiință și trebuie să se comporte unele față de altele în"
    " spiritul fraternității; infrastructura internațională",
    "ru": "Все люди рождаются свободными и равными в своём достоинстве и правах. Они наделены"
    " разумом и совестью и должны поступать в отношении друг друга в духе братства;"
    " правительство объявило о строительстве электрической подстанции, переговоры"
    " министерства иностранных дел продолжаются",
    "uk": "Всі люди народжуються вільними і рівними у своїй гідності та правах. Вони наділені"
    " розумом і совістю і повинні діяти у відношенні один до одного в дусі братерства;"
    " міністерство закордонних справ оголосило про будівництво електропідстанції",
    "bg": "Всички хора се раждат свободни и равни по достойнство и права. Те са надарени с разум и"
    " съвест и следва да се отнасят помежду си в дух на братство; министерството обяви",
    "el": "Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα."
    " Είναι προικισμένοι με λογική και συνείδηση, και οφείλουν να συμπεριφέρονται μεταξύ τους"
    " με πνεύμα αδελφοσύνης· διαπραγματεύσεις για την κατασκευή του υποσταθμού",
    "tr": "Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana"
    " sahiptirler ve birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler;"
    " dışişleri bakanlığı uluslararası anlaşmanın görüşülmesini kararlaştırdı",
    "az": "Bütün insanlar ləyaqət və hüquqlarına görə azad və bərabər doğulurlar. Onların şüurları"
    " və vicdanları var və bir-birlərinə münasibətdə qardaşlıq ruhunda davranmalıdırlar;"
    " nazirlik beynəlxalq sazişin müzakirəsini və yarımstansiyanın tikintisini elan etdi",
    "ka": "ყველა ადამიანი იბადება თავისუფალი და თანასწორი თავისი ღირსებითა და უფლებებით. მათ"
    " მინიჭებული აქვთ გონება და სინდისი და ერთმანეთის მიმართ უნდა იქცეოდნენ ძმობის"
    " სულისკვეთებით; საერთაშორისო შეთანხმების მოლაპარაკება გრძელდება",
    "hy": "Բոլոր մարդիկ ծնվում են ազատ ու հավասար՝ իրենց արժանապատվությամբ և իրավունքներով։ Նրանք"
    " օժտված են բանականությամբ և խղճով, և պարտավոր են միմյանց նկատմամբ վարվել եղբայրության"
    " ոգով, միջազգային համաձայնագրի բանակցությունները շարունակվում են",
    "he": "כל בני האדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון, לפיכך"
    " חובה עליהם לנהוג איש ברעהו ברוח של אחווה; הממשלה הודיעה על בניית תחנת כוח חדשה",
    "ar": "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا وعليهم أن"
    " يعامل بعضهم بعضا بروح الإخاء، وأعلنت الوزارة بناء محطة كهرباء جديدة قرب الميناء",
    "fa": "تمام افراد بشر آزاد به دنیا می‌آیند و از لحاظ حیثیت و حقوق با هم برابرند. همه دارای عقل"
    " و وجدان هستند و باید نسبت به یکدیگر با روح برادری رفتار کنند، وزارت اعلام کرد",
    "hi": "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।"
    " उन्हें बुद्धि और अन्तरात्मा की देन प्राप्त है और परस्पर उन्हें भाईचारे के भाव से बर्ताव"
    " करना चाहिए",
}  # fmt: skip
LANGUAGES = tuple(_TEXTS)
WORDS = {language: tuple(text.split()) for language, text in _TEXTS.items()}


def sentence(chance: Random, language: str, count: int) -> list[str]:
    """Some words of a language, the first with a capital, the last with a full stop."""
    words = [one.strip(".,;·։।،") for one in chance.choices(WORDS[language], k=count)]
    for at in range(3, count - 2):
        if chance.random() < 0.08:
            words[at] += "،" if language in ("ar", "fa") else ","
    words[0] = words[0][:1].upper() + words[0][1:] if language != "ka" else words[0]
    words[-1] += {"hy": "։", "hi": "।"}.get(language, ".")
    return words


def paragraph(chance: Random, language: str) -> list[str]:
    """Some sentences, quotations and figures among them."""
    found: list[str] = []
    for _ in range(chance.randint(1, 7)):
        words = sentence(chance, language, chance.randint(6, 22))
        if chance.random() < 0.2 and language not in LEFTWARD:
            first, last = ("„", "“") if language in ("de", "ru", "cs", "ka") else ("“", "”")
            words[0], words[-1] = first + words[0], words[-1] + last
        if chance.random() < 0.2:
            words.insert(2, f"{chance.randint(1, 999)},{chance.randint(100, 999)}")
        found += words
    return found
