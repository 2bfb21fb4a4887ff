"""Exact numbers against another implementation of the General Decimal Arithmetic: Python's decimal, with generated
operands of all sizes, all rounding modes, and values around every limit."""
import decimal
import os
import random
import subprocess
import sys
from decimal import Decimal

MODES = ("HALF_EVEN", "HALF_UP", "HALF_DOWN", "UP", "DOWN", "CEILING", "FLOOR", "05UP")
LARGEST = 10**38 - 1
CASES = int(os.environ.get("TICKWEIR_CASES", "60000"))

decimal.setcontext(decimal.Context(prec=300, Emax=10**6, Emin=-10**6,
                                   traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Inexact]))


def coefficient(rng):
    """Small, large, round and close to a limit, all likely."""
    kind = rng.randrange(6)
    digits = rng.randint(1, 38)
    if kind == 0:
        value = rng.randrange(10**digits)
    elif kind == 1:
        value = 10**digits - rng.randint(0, 3)
    elif kind == 2:
        value = rng.randint(1, 99) * 10**rng.randint(0, 36)
    elif kind == 3:
        value = 2**rng.randint(0, 126) + rng.randint(-2, 2)
    elif kind == 4:
        value = rng.randint(0, 20)
    else:
        value = 5 * 10**rng.randint(0, 36) + rng.randint(-1, 1)
    value = max(0, min(value, LARGEST))
    return -value if rng.random() < 0.5 else value


def number(rng):
    return Decimal(coefficient(rng)).scaleb(-rng.randint(0, 18))


def shown(value):
    return format(value, "f")


def scale_of(value):
    return -value.as_tuple().exponent


def fits(value):
    """The value as the program prints it, or the error."""
    if abs(int(value.scaleb(scale_of(value)))) > LARGEST:
        return "overflow"
    return shown(value + 0) if value == 0 and value.is_signed() else shown(value)


def rounded(value, scale, mode):
    """`value` is a pair of integers, numerator and denominator, rounded once at 10^-scale."""
    numerator, denominator = value
    numerator *= 10**scale
    negative = (numerator < 0) != (denominator < 0)
    whole, rest = divmod(abs(numerator), abs(denominator))
    # The library rounds a decimal; what is cut off becomes one digit with the same meaning for every mode.
    twice = 2 * rest
    tail = 0 if rest == 0 else 3 if twice < abs(denominator) else 5 if twice == abs(denominator) else 7
    with decimal.localcontext() as context:
        context.traps[decimal.Inexact] = False
        exact = Decimal(whole * 10 + tail).scaleb(-1)
        result = (-exact if negative else exact).quantize(Decimal(1), rounding="ROUND_" + mode)
    if abs(result) > LARGEST:
        return "overflow"
    return shown(abs(result).scaleb(-scale) if result == 0 else result.scaleb(-scale))


def fraction(value):
    scale = scale_of(value)
    return int(value.scaleb(scale)), 10**scale


def product_fits(a, b):
    """Products of 77 digits and more are refused before they are divided."""
    return a * b < 2**256


def expected(operation, a, b, c, scale, mode):
    if operation == "add":
        return fits(a + b)
    if operation == "subtract":
        return fits(a - b)
    if operation == "multiply":
        exact = a * b
        if scale_of(exact) > 18:
            with decimal.localcontext() as context:
                context.traps[decimal.Inexact] = False
                cut = exact.quantize(Decimal(1).scaleb(-18), rounding="ROUND_DOWN")
            if cut != exact:
                return "inexact"
            exact = cut
        return fits(exact)
    if operation == "compare":
        return str((a > b) - (a < b))
    if operation == "quantize":
        return rounded(fraction(a), scale, mode)
    an, ad = fraction(a)
    bn, bd = fraction(b)
    if operation == "multiply_rounded":
        return rounded((an * bn, ad * bd), scale, mode)
    if operation == "divide":
        return "division by zero" if bn == 0 else rounded((an * bd, ad * bn), scale, mode)
    cn, cd = fraction(c)
    if cn == 0:
        return "division by zero"
    result = rounded((an * bn * cd, ad * bd * cn), scale, mode)
    up = scale_of(c) + scale - scale_of(a) - scale_of(b)
    if up > 0 and abs(an * bn) * 10**up >= 2**256:
        return "overflow"
    return result


def parsed(text):
    """`text` is a number in any notation."""
    value = Decimal(text)
    sign, digits, exponent = value.as_tuple()
    if value == 0:
        return None  # how many zeros are kept is told by tests by hand
    while -exponent > 18 and digits[-1] == 0:
        digits, exponent = digits[:-1], exponent + 1
    if -exponent > 18:
        return "too_many_decimals"
    if len(digits) + max(exponent, 0) > 38:
        return "overflow"
    value = Decimal((sign, digits, exponent))
    plain = shown(value)
    return f"{plain} {plain.rstrip('0').rstrip('.') if '.' in plain else plain}"


def main():
    program = sys.argv[1]
    seed = int(os.environ.get("TICKWEIR_SEED", random.SystemRandom().randrange(2**32)))
    print(f"seed {seed}", flush=True)
    rng = random.Random(seed)
    operations = ("add", "subtract", "multiply", "multiply_rounded", "divide", "multiply_divide", "quantize",
                  "compare", "parse")
    cases, answers = [], []
    while len(cases) < CASES:
        operation = rng.choice(operations)
        if operation == "parse":
            text = f"{number(rng):f}"
            if rng.random() < 0.5:
                text += f"e{rng.randint(-40, 40)}"
            answer = parsed(text)
            if answer is None:
                continue
            cases.append(f"parse {text} - - - -")
        else:
            a, b, c = number(rng), number(rng), number(rng)
            if rng.random() < 0.1:
                b = Decimal(0)
            if rng.random() < 0.2:  # operands of one scale are worked on by another path
                b = Decimal(coefficient(rng)).scaleb(-scale_of(a))
            scale, mode = rng.randint(0, 18), rng.choice(MODES)
            answer = expected(operation, a, b, c, scale, mode)
            cases.append(f"{operation} {shown(a)} {shown(b)} {shown(c)} {scale} {mode}")
        answers.append(answer.replace("-0", "0") if answer.strip("-0.") == "" else answer)
    run = subprocess.run([program], input="\n".join(cases) + "\n", capture_output=True, text=True, timeout=300)
    given = run.stdout.splitlines()
    assert run.returncode == 0 and len(given) == len(cases), (run.returncode, len(given), run.stderr)
    wrong = [(case, want, got) for case, want, got in zip(cases, answers, given) if want != got]
    for case, want, got in wrong[:10]:
        print(f"{case}\n  expected {want}\n  got      {got}")
    print(f"{len(cases)} cases, {len(wrong)} wrong")
    sys.exit(1 if wrong else 0)


main()
