"""Names of companies and people. Company names are unique by construction: a permutation, not a draw."""

import numpy as np

from demo_company.rows import texts

REGIONS = {
    "华东": ["上海", "苏州", "杭州", "宁波", "南京", "无锡", "合肥"],
    "华南": ["深圳", "广州", "东莞", "佛山", "厦门"],
    "华北": ["北京", "天津", "青岛", "济南", "石家庄"],
    "华中": ["武汉", "长沙", "郑州", "南昌"],
    "西南": ["成都", "重庆", "昆明", "贵阳"],
    "东北": ["沈阳", "大连", "哈尔滨", "长春"],
}
REGION_NAMES = list(REGIONS)
REGION_WEIGHTS = [0.34, 0.22, 0.16, 0.12, 0.09, 0.07]
INDUSTRIES = ["汽车零部件", "电子制造", "食品包装", "纺织", "医疗器械", "新能源", "建材", "物流设备"]
TRADES = [
    "精密机械",
    "自动化设备",
    "电子科技",
    "包装材料",
    "纺织机械",
    "医疗科技",
    "新能源科技",
    "建材",
    "物流设备",
    "模具",
]
FIRST = "恒泰华盛鑫瑞宏远达安顺丰隆昌兴荣嘉利佳德众合博创维科诚信正金银玉海江天地东南西北中长永福禄寿康宁平和美善吉祥"
SECOND = "源通泽翔腾骏飞跃鹏程锦绣辉煌明亮光耀景云龙凤麒麟晟晨曦旭阳升起立成功业茂林森松柏竹梅兰菊桂芳"
THIRD = "力恩普斯特尔邦迪欧亚联合环球宇宙星辰河川山岳峰岭石磊钢铁铜铝锋锐强固坚毅勤勉智慧思齐贤良"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉萍红玲建国文斌浩宇轩婷雪慧欣怡晨博思远志鹏海燕晓东"
FOREIGN_FIRST = [
    "Nordwerk",
    "Alpen",
    "Great Lakes",
    "Pacific",
    "Rhein",
    "Hudson",
    "Lombard",
    "Iberia",
    "Baltic",
    "Delta",
]
FOREIGN_SECOND = ["Packaging", "Automation", "Tooling", "Machinery", "Components", "Textiles", "Medical", "Logistics"]
TRADITIONAL = str.maketrans(
    "华达东龙业设备电医疗机动广纺织药汽车张陈国丰马", "華達東龍業設備電醫療機動廣紡織藥汽車張陳國豐馬"
)
JOBS = ["采购经理", "总经理", "设备部主管", "生产厂长", "财务经理"]


def permuted(numbers: np.ndarray, size: int, seed: int) -> np.ndarray:
    """A permutation of 0..size-1, so that neighbours look unlike each other."""
    factor = 7_368_787
    while np.gcd(factor, size) != 1:
        factor += 2
    return (numbers * factor + seed * 101) % size


def company_core(numbers: np.ndarray, seed: int) -> list[str]:
    """The brand of a company: two characters for the first few thousand, then three, then four."""
    two = len(FIRST) * len(SECOND)
    short = permuted(numbers % two, two, seed)
    return [
        FIRST[s // len(SECOND)] + SECOND[s % len(SECOND)] + ending(t)
        for s, t in zip(short.tolist(), (numbers // two).tolist(), strict=True)
    ]


def ending(number: int) -> str:
    """Nothing, one or two more characters."""
    if number == 0:
        return ""
    second, first = divmod(number - 1, len(THIRD))
    return THIRD[first] + (THIRD[second - 1] if second else "")


def company_names(numbers: np.ndarray, cities: np.ndarray, trades: np.ndarray, seed: int) -> np.ndarray:
    """Full legal names: city, brand, trade, legal form."""
    brands = company_core(numbers, seed)
    return texts([f"{c}{b}{TRADES[t]}有限公司" for c, b, t in zip(cities, brands, trades.tolist(), strict=True)])


def foreign_names(numbers: np.ndarray, currencies: np.ndarray) -> np.ndarray:
    """Names of customers abroad; the number keeps them apart."""
    suffix = {"USD": "Inc.", "EUR": "GmbH"}
    return texts(
        [
            f"{FOREIGN_FIRST[n % 10]} {FOREIGN_SECOND[n // 10 % 8]} {n} {suffix[c]}"
            for n, c in zip(numbers.tolist(), currencies, strict=True)
        ]
    )


def people(uniform: np.ndarray) -> np.ndarray:
    """Names of persons. Many share a name, as in life."""
    size = len(SURNAMES) * len(GIVEN) * (len(GIVEN) + 1)
    names = []
    for value in (uniform * size).astype(np.int64).tolist():
        value, third = divmod(value, len(GIVEN) + 1)
        surname, second = divmod(value, len(GIVEN))
        names.append(SURNAMES[surname] + GIVEN[second] + (GIVEN[third] if third < len(GIVEN) else ""))
    return texts(names)


def variant(name: str, kind: int) -> str:
    """The same company as another clerk would write it."""
    if kind % 4 == 0:
        return name.replace("有限公司", "有限责任公司")
    if kind % 4 == 1:
        return f"{name[2:].replace('有限公司', '')}（{name[:2]}）有限公司"
    if kind % 4 == 2 and name != name.translate(TRADITIONAL):
        return name.translate(TRADITIONAL)
    return f"{name[:4]} {name[4:]} "


def telephones(area: str, numbers: np.ndarray) -> np.ndarray:
    """A telephone number of eight digits per number, none of them with digits that look made up."""
    return texts([f"{area}{n * 7_919 % 88_000_000 + 11_357_911:08d}" for n in numbers.tolist()])
