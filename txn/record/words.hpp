// Words for what stands in records: numbers exactly, ids as they are, enumerators by their names.
// Prices and quantities are in units of their instruments, for no settings are at hand.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "txn/record/wire.hpp"
#include "txn/venue/event.hpp"

namespace tickweir::txn::record {

inline constexpr unsigned money_decimals = 18;

/// `number` * 10^-`decimals`, without needless zeros.
std::string decimal_text(Int128 number, unsigned decimals);
/// Since the epoch.
std::string seconds_text(TimeNs time);
/// Whatever a client chose, on one line.
std::string id_text(const ClientOrderId& id);

std::string name_of(EventKind kind);
std::string name_of(Side side);
std::string name_of(OrderType type);
std::string name_of(TimeInForce time_in_force);
std::string name_of(OrderStatus status);
std::string name_of(SelfTrade mode);
std::string name_of(MarketState state);

template <class T>
std::string number_text(T value) {
    if constexpr (std::is_same_v<T, Price>)
        return std::to_string(value.ticks);
    else if constexpr (std::is_same_v<T, Quantity>)
        return std::to_string(value.lots);
    else
        return std::to_string(raw(value));
}

/// Words behind one another.
class Line {
public:
    explicit Line(std::string first) : text_{std::move(first)} {}

    Line& add(const std::string& word) {
        text_ += ' ';
        text_ += word;
        return *this;
    }
    Line& add(const char* name, const std::string& value) { return add(name).add(value); }
    Line& add(const ClientOrderId& id) { return id.empty() ? *this : add(id_text(id)); }
    Line& add(const char* name, const ClientOrderId& id) {
        return id.empty() ? *this : add(name, id_text(id));
    }
    template <class T>
    Line& add(const char* name, const std::optional<T>& value) {
        return value ? add(name, number_text(*value)) : *this;
    }
    Line& add(const char* name, const std::optional<TimeNs>& time) {
        return time ? add(name, seconds_text(*time)) : *this;
    }
    Line& add_if(bool is, const char* word) { return is ? add(word) : *this; }
    std::string text() && { return std::move(text_); }

private:
    std::string text_;
};

}  // namespace tickweir::txn::record
