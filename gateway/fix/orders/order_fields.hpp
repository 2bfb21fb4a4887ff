// The fields that order entry looks at, gathered in one pass over a message. Views of its bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codecs/fix/message.hpp"

namespace tickweir::gateway::fix::orders {

/// A field of interest; slot_tags has their tags in this order.
enum class Slot : std::uint8_t {
    account,
    client_id,
    currency,
    exec_inst,
    handl_inst,
    sequence,
    order_id,
    quantity,
    type,
    original,
    poss_dup,
    price,
    side,
    symbol,
    time_in_force,
    transact_time,
    poss_resend,
    stop_price,
    destination,
    min_quantity,
    max_floor,
    expire_time,
    exchange,
    expire_date,
    cancel_scope,
    mass_status_id,
    status_scope,
    status_id,
    display,
    self_trade,
};
inline constexpr std::size_t slot_count = 30;

inline constexpr std::array<codecs::fix::Tag, slot_count> slot_tags{
    1,  11, 15, 18,  21,  34,  37,  38,  40,  41,  43,  44,  54,  55,   59,
    60, 97, 99, 100, 110, 111, 126, 207, 432, 530, 584, 585, 790, 1138, 7928};

constexpr codecs::fix::Tag tag_of(Slot slot) {
    return slot_tags[static_cast<std::size_t>(slot)];
}

class OrderFields {
public:
    /// Forgets what was before. The message outlives it.
    void gather(const codecs::fix::Message& message);

    bool has(Slot slot) const { return value(slot).data() != nullptr; }
    /// Empty where there is none, and where it has no value.
    std::string_view value(Slot slot) const { return values_[static_cast<std::size_t>(slot)]; }

    /// The first field of interest without a value; 0: none.
    codecs::fix::Tag empty() const { return empty_; }
    /// A field of interest that stands there twice; 0: none.
    codecs::fix::Tag repeated() const { return repeated_; }
    /// The first field that says something of an order which the venue cannot do; 0: none.
    codecs::fix::Tag beyond_us() const { return beyond_us_; }

private:
    std::array<std::string_view, slot_count> values_{};
    codecs::fix::Tag empty_ = 0;
    codecs::fix::Tag repeated_ = 0;
    codecs::fix::Tag beyond_us_ = 0;
};

}  // namespace tickweir::gateway::fix::orders
