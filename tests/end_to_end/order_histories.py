"""What a client makes of its execution reports: each order's history, held to the rules that every history keeps, and
what its account has to hold after that."""
import collections
import re
from decimal import Decimal


def place(report):
    """(LSN, n) of an ExecID `log.LSN-n`; None of others."""
    found = re.fullmatch(r"\d+\.(\d+)-(\d+)", report.get("17", ""))
    return found and tuple(map(int, found.groups()))


def histories(trader):
    """By OrderID: the reports of the log about it in its order, each once. What comes twice says so."""
    seen, orders = {}, collections.defaultdict(dict)
    for report in trader.messages:
        at = report.kind == "8" and place(report)
        if not at or report.get("150") == "I":
            continue
        before = seen.setdefault(at, report)
        if before is not report:
            assert report.possdup or report.get("97") == "Y", f"told twice: {before} and {report}"
            same = {"150": before["150"], "37": before["37"], "14": before["14"], "151": before["151"]}
            assert report.shows(same), f"told in two ways: {before} and {report}"
        orders[report["37"]][at] = report
    return {id: [reports[at] for at in sorted(reports)] for id, reports in orders.items()}


def check_chain(reports):
    """Whether no report about an order is missing between its first and its last one. How it stands then."""
    first = reports[0]
    assert first["150"] == "0" and first["14"] == "0", f"it does not begin with its acceptance: {first}"
    filled, quantity = 0, int(first["38"])
    for report in reports[1:]:
        if report["150"] == "F":
            filled += int(report["32"])
        elif report["150"] == "5":
            quantity = int(report["38"])
        assert int(report["14"]) == filled, f"a fill is missing before {report}"
        assert report["150"] in "F45", f"not asked for: {report}"
    last = reports[-1]
    assert last["150"] == "4" or int(last["151"]) == quantity - filled, last
    return last["39"], last["14"], last["151"]


def is_open(reports):
    return reports[-1]["39"] in ("0", "1", "5")


class Expected:
    """What an account holds by its client's reports: total and held of each asset, where none of it costs fees."""

    def __init__(self, balances, quote="USD"):
        self.quote = quote
        self.total = {asset: Decimal(amount) for asset, amount in balances.items()}
        self.held = dict.fromkeys(balances, Decimal(0))
        self.open = {}  # leaves by OrderID

    def add(self, id, reports):
        """One order's history."""
        buys, symbol = reports[0]["54"] == "1", reports[0]["55"]
        for report in reports:
            if report["150"] == "F":
                quantity, price = Decimal(report["32"]), Decimal(report["31"])
                self.total[symbol] += quantity if buys else -quantity
                self.total[self.quote] -= quantity * price if buys else -quantity * price
        if not is_open(reports):
            return self
        leaves, price = Decimal(reports[-1]["151"]), Decimal(reports[-1]["44"])
        self.held[self.quote if buys else symbol] += leaves * price if buys else leaves
        self.open[id] = leaves
        return self

    def differences(self, account):
        """How the answer of /v1/accounts differs from it, as texts; `account` has all of its orders."""
        out = []
        shown = {row["asset"]: (Decimal(row["total"]), Decimal(row["held"])) for row in account["balances"]}
        for asset, total in self.total.items():
            if shown.get(asset) != (total, self.held[asset]):
                out.append(f"{asset} is {shown.get(asset)} and should be {(total, self.held[asset])}")
        orders = {row["order_id"]: Decimal(row["leaves"]) for row in account["orders"]}
        if orders != self.open:
            out.append(f"open orders are {orders} and should be {self.open}")
        return out


def whole_account(gateway, name, key):
    """The answer of /v1/accounts with all of the account's orders, from one LSN on."""
    head = {"Authorization": f"Bearer {key}"}
    account = gateway.json(f"/v1/accounts/{name}", **head)
    following = account
    while following.get("next"):
        following = gateway.json(f"/v1/accounts/{name}?after={following['next']}", **head)
        account["orders"] += following["orders"]
    return account
