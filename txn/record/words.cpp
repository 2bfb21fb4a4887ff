#include "txn/record/words.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace tickweir::txn::record {
namespace {

template <class Enum, std::size_t size>
std::string name_in(const std::array<std::string_view, size>& names, Enum value) {
    const std::uint64_t place = raw(value);
    return place < size ? std::string{names[place]} : std::to_string(place);
}

}  // namespace

std::string decimal_text(Int128 number, unsigned decimals) {
    std::string digits;
    for (Uint128 rest = number < 0 ? 0 - static_cast<Uint128>(number)
                                   : static_cast<Uint128>(number);
         rest != 0 || digits.size() <= decimals; rest /= 10)
        digits += static_cast<char>('0' + static_cast<int>(rest % 10));
    if (decimals != 0) {
        digits.insert(decimals, 1, '.');
        const std::size_t first = digits.find_first_not_of('0');
        digits.erase(0, digits[first] == '.' ? first + 1 : first);
    }
    if (number < 0) digits += '-';
    std::reverse(digits.begin(), digits.end());
    return digits;
}

std::string seconds_text(TimeNs time) {
    return decimal_text(time.time_since_epoch().count(), 9);
}
std::string id_text(const ClientOrderId& id) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string text;
    for (const char character : id.view()) {
        const auto code = static_cast<unsigned char>(character);
        if (code > ' ' && code < 0x7f && character != '\\') {
            text += character;
        } else {
            text += "\\x";
            text += hex[code >> 4];
            text += hex[code & 15];
        }
    }
    return text;
}

std::string name_of(EventKind kind) {
    static constexpr std::array<std::string_view, 15> names{
        "accepted", "filled",    "cancelled", "expired", "rejected",
        "replaced", "triggered", "refused",   "ignored", "mass cancelled",
        "busted",   "corrected", "balance",   "state",   "day ended"};
    return name_in(names, kind);
}
std::string name_of(Side side) {
    return side == Side::buy ? "buy" : "sell";
}
std::string name_of(OrderType type) {
    static constexpr std::array<std::string_view, 4> names{"market", "limit", "stop", "stop-limit"};
    return name_in(names, type);
}
std::string name_of(TimeInForce time_in_force) {
    static constexpr std::array<std::string_view, 5> names{"day", "gtc", "ioc", "fok", "gtd"};
    return name_in(names, time_in_force);
}
std::string name_of(OrderStatus status) {
    static constexpr std::array<std::string_view, 5> names{"open", "filled", "cancelled", "expired",
                                                           "rejected"};
    return name_in(names, status);
}
std::string name_of(SelfTrade mode) {
    static constexpr std::array<std::string_view, 3> names{"cancel-incoming", "cancel-resting",
                                                           "cancel-both"};
    return name_in(names, mode);
}
std::string name_of(MarketState state) {
    static constexpr std::array<std::string_view, 3> names{"trading", "halted", "paused"};
    return name_in(names, state);
}

}  // namespace tickweir::txn::record
