"""Closed grammars: each form of a word is found, words that merely begin alike are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text.fold import fold
from text.inflect.forms import WrittenWord
from text.inflect.paradigms import forms_of, is_form

FORMS = {
    ("az", "qaz"): "qazın qazı qazlar qazların qazdan qaza QAZIN qazlarından qazımız qazdır qazda qazdakı",
    ("az", "mina"): "mina minaya minalardan minanın minanı minası minalarının minamız minadır",
    ("az", "yanacaq"): "yanacağa yanacaqdan yanacağı yanacaqlar yanacağından yanacağın",
    ("az", "çörək"): "çörəyi çörəkdən çörəyə çörəklər çörəyindən",
    ("az", "hüquq"): "hüququ hüquqlar hüququn hüquqlarının",
    ("az", "şəkil"): "şəkli şəkildə şəkillər şəklin şəklində",
    ("az", "məhkəmə"): "məhkəmədə məhkəmənin məhkəməyə məhkəmələrdən məhkəməsi məhkəmədəki",
    ("az", "Şurası"): "Şurası Şurasının Şurasına Şurasından Şuraları Şurasındakı Şurasıdır",
    ("az", "azadlığı"): "azadlığı azadlığına azadlığının azadlıqları azadlıqlarının",
    ("az", "yolu"): "yolu yolunda yolunun yolları yoluna yollarında",
    ("az", "su"): "su suyun suya suyu suda sular",
    ("az", "Hüseynov"): "Hüseynov Hüseynova Hüseynovun Hüseynovu Hüseynovdan Hüseynovla",
    ("az", "ordu"): "ordunun orduya ordumuzun ordusu ordular",
    ("az", "gömrük"): "gömrüyə gömrüyün gömrükdə",
    ("az", "park"): "parkı parka parklar",
    ("az", "haqları"): "haqlarının haqlarına haqlarından",
    ("az", "İran"): "İran İranın İRANDA İrandan",
    ("tr", "kitabı"): "kitabı kitapları kitabının kitaplarının kitabında kitabından",
    ("tr", "nehir"): "nehir nehrin nehirde nehirdeki nehri nehirler",
    ("tr", "kayıp"): "kaybı kayıplar kaybın kayıpların",
    ("tr", "af"): "af affı affın afta aflar",
    ("tr", "petrol"): "petrol petrolü petrolün petrolden petrole",
    ("tr", "saat"): "saati saatte saatler saatin",
    ("tr", "ağaç"): "ağacı ağaçta ağaçlar ağaca",
    ("tr", "borç"): "borcu borçlar borca",
    ("tr", "hukuk"): "hukuku hukukun",
    ("tr", "hakları"): "haklarının haklarına",
    ("tr", "kapısı"): "kapısında kapıları kapısının",
    ("tr", "renk"): "rengi renkte rengin renkler",
    ("tr", "çocuk"): "çocuğu çocuklar çocuğun çocuklarımız çocuktur",
    ("tr", "mahkûm"): "mahkûm mahkumun mahkûmlar mahkumlara",
    ("tr", "Konseyi"): "Konseyi Konseyine Konseyinin Konseyleri Konseyinden",
    ("tr", "tutuklu"): "tutuklu tutukluların tutuklulara tutuklunun tutukluya",
    ("ru", "беженец"): "беженца беженцам беженцы беженцев беженцем",
    ("ru", "кузнец"): "кузнеца кузнецы кузнецов",
    ("ru", "дворец"): "дворца дворце",
    ("ru", "посол"): "посла послу послы",
    ("ru", "тюрьма"): "тюрьмы тюрьме тюрем",
    ("ru", "Киев"): "Киева Киевом Киеве",
    ("ru", "права"): "прав правам правами",
    ("ru", "ь"): "ь",
    ("ru", "китаец"): "китайца китайцы",
    ("ru", "рынок"): "рынка рынки рынков рынком",
    ("ru", "выборы"): "выборы выборов выборам выборах выборами",
    ("ru", "пытки"): "пыток пыткам пытками",
    ("ru", "репрессии"): "репрессий репрессиям репрессиями репрессиях",
    ("ru", "взятка"): "взятки взятке взятку взяткой взяток взятками",
    ("ru", "мина"): "мины мину миной мин минами",
    ("ru", "статья"): "статьи статье статью статьей статей статьями",
    ("ru", "песня"): "песни песню песен песнями",
    ("ru", "семья"): "семьи семью семей",
    ("ru", "изгнание"): "изгнания изгнании изгнанию изгнанием",
    ("ru", "письмо"): "письма письму писем письмами",
    ("ru", "нефть"): "нефти нефтью",
    ("ru", "учитель"): "учителя учителю учителей учителями",
    ("ru", "сценарий"): "сценария сценарии сценариев",
    ("ru", "гражданин"): "гражданина граждане граждан гражданам",
    ("ru", "человек"): "человека люди людей людям",
    ("ru", "имя"): "имени именем имена имен",
    ("ru", "железная"): "железной железную железные железных",
    ("ru", "политзаключённый"): "политзаключенных политзаключённого политзаключенному политзаключенные",
    ("ru", "верховный"): "верховного верховному верховном верховная",
    ("ru", "Гусейнов"): "Гусейнова Гусейнову Гусейновым Гусейнове Гусейновы",
    ("ru", "Алиева"): "Алиева Алиевой Алиеву",
    ("ru", "Ильхам"): "Ильхама Ильхаму Ильхамом",
    ("ru", "Вышинский"): "Вышинского Вышинскому Вышинским",
    ("en", "deposit"): "deposit deposits",
    ("en", "policy"): "policies",
    ("en", "crisis"): "crises",
    ("en", "policeman"): "policemen",
    ("en", "person"): "people",
    ("en", "thief"): "thieves",
    ("en", "hero"): "heroes",
}
OTHERS = {
    ("az", "qaz"): "qazi Qazi qazax qəzet qazan",
    ("az", "mina"): "minarə minarənin minə",
    ("az", "Hüseynov"): "Hüseynovanın Hüseynovaya Hüseynli",
    ("az", "Mehman"): "Mehmanə",
    ("az", "Şurası"): "Şura şurada şuranın",
    ("az", "yolu"): "yolun yol yolda yolçu",
    ("az", "park"): "parya paryı",
    ("az", "neft"): "nefroloq",
    ("tr", "kitabı"): "kitap kitaba kitapçı",
    ("tr", "basın"): "başın başına",
    ("az", "baş"): "basın basa",
    ("tr", "af"): "afiş affedersiniz afişin",
    ("tr", "zam"): "zaman zambaklar",
    ("tr", "grev"): "greyfurt",
    ("tr", "mayın"): "mayıs mayısın",
    ("ru", "выборы"): "выбор выбора",
    ("ru", "взятка"): "взятые взять",
    ("ru", "мина"): "минуло минута",
    ("ru", "суд"): "судно судьба судак",
    ("ru", "газ"): "газон газета газету",
    ("ru", "нефть"): "нефрит нефтяник",
    ("ru", "Алиева"): "Алиев Алиеву-то Алиевым",
    ("ru", "Гусейнов"): "Гусейновой Гусейн",
    ("en", "gas"): "gasp gash",
    ("en", "bride"): "bribe bridal",
    ("en", "german"): "germen",
}


@pytest.mark.parametrize(
    ("language", "base", "word"), [(lang, base, word) for (lang, base), row in FORMS.items() for word in row.split()]
)
def test_a_form_is_found(language: str, base: str, word: str) -> None:
    assert is_form(base, word, language)


@pytest.mark.parametrize(
    ("language", "base", "word"), [(lang, base, word) for (lang, base), row in OTHERS.items() for word in row.split()]
)
def test_another_word_is_not_taken_for_a_form(language: str, base: str, word: str) -> None:
    assert not is_form(base, word, language)


@pytest.mark.parametrize(
    ("language", "base", "typed"),
    [
        ("az", "işgəncə", "isgenceye"),
        ("az", "yanacaq", "yanacagi"),
        ("tr", "köprü", "koprunun"),
        ("tr", "baskı", "baskisi"),
    ],
)
def test_a_form_typed_without_the_languages_letters_is_found(language: str, base: str, typed: str) -> None:
    assert forms_of(base, language).holds(WrittenWord(fold(typed)))


def test_a_base_typed_without_them_is_found_too() -> None:
    assert is_form("isgence", "işgəncəyə", "az")
    assert is_form("kopru", "köprüde", "tr")


@given(st.text("abəıoöuüqktşn", min_size=1, max_size=9), st.sampled_from(["az", "tr", "en"]))
def test_a_base_is_a_form_of_itself(base: str, language: str) -> None:
    assert is_form(base, base, language)
    assert any(fold(base).startswith(key) for key in forms_of(base, language).keys)


@given(st.text("абвеёийклнорстуцчшыьэюя", min_size=1, max_size=9))
def test_a_russian_base_is_a_form_of_itself(base: str) -> None:
    assert is_form(base, base, "ru")
    assert is_form(base.capitalize(), base, "ru")
