"""The currencies that amounts may be in, and the type of a setting that names one."""

from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

# Codes of ISO 4217 in use, without precious metals and test codes.
CURRENCIES = (  # noqa: SIM905
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
).split()


def _known(code: str) -> str:
    if code not in CURRENCIES:
        raise ValueError(f"{code!r} is no currency code of ISO 4217, such as CNY")
    return code


Currency = Annotated[str, AfterValidator(_known)]
CurrencyOrNone = Annotated[
    str,
    AfterValidator(lambda code: _known(code) if code else code),
    WithJsonSchema({"pattern": "^([A-Z]{3})?$", "type": "string"}),
]
