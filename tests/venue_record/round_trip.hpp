// What tests of round trips share: extreme values, and a comparison of all fields.
#pragma once

#include <gtest/gtest.h>

#include <limits>
#include <utility>
#include <vector>

#include "book/exact/wide.hpp"
#include "tests/venue_record/records.hpp"

namespace tickweir::tests {

using namespace txn;

inline constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
inline constexpr auto wide_most = static_cast<txn::Int128>(~book::exact::Uint128{0} >> 1);
inline constexpr txn::Int128 wide_least = -wide_most - 1;

inline TimeNs at(std::int64_t ns) {
    return TimeNs{std::chrono::nanoseconds{ns}};
}

/// All fields, one by one: an operator would have to be kept by hand, too, and hide which differs.
inline void expect_equal(const Envelope& is, const Envelope& was) {
    EXPECT_EQ(is.session, was.session);
    EXPECT_EQ(is.urgency, was.urgency);
    EXPECT_EQ(is.shard, was.shard);
    EXPECT_EQ(is.sequence, was.sequence);
    EXPECT_EQ(is.arrived, was.arrived);
    EXPECT_EQ(is.time, was.time);
    EXPECT_EQ(is.deadline, was.deadline);
}

struct ExpectEqual {
    const CommandBody& was;

    void operator()(const NewOrder& is) const {
        const auto& order = std::get<NewOrder>(was);
        EXPECT_EQ(is.client_id, order.client_id);
        EXPECT_EQ(is.account, order.account);
        EXPECT_EQ(is.instrument, order.instrument);
        EXPECT_EQ(is.side, order.side);
        EXPECT_EQ(is.type, order.type);
        EXPECT_EQ(is.time_in_force, order.time_in_force);
        EXPECT_EQ(is.self_trade, order.self_trade);
        EXPECT_EQ(is.post_only, order.post_only);
        EXPECT_EQ(is.possible_resend, order.possible_resend);
        EXPECT_EQ(is.possible_duplicate, order.possible_duplicate);
        EXPECT_EQ(is.price, order.price);
        EXPECT_EQ(is.stop_price, order.stop_price);
        EXPECT_EQ(is.quantity, order.quantity);
        EXPECT_EQ(is.display, order.display);
        EXPECT_EQ(is.min_quantity, order.min_quantity);
        EXPECT_EQ(is.expiry, order.expiry);
    }
    void operator()(const CancelOrder& is) const {
        const auto& cancel = std::get<CancelOrder>(was);
        EXPECT_EQ(is.client_id, cancel.client_id);
        EXPECT_EQ(is.original, cancel.original);
        EXPECT_EQ(is.order, cancel.order);
    }
    void operator()(const ReplaceOrder& is) const {
        const auto& replace = std::get<ReplaceOrder>(was);
        EXPECT_EQ(is.client_id, replace.client_id);
        EXPECT_EQ(is.original, replace.original);
        EXPECT_EQ(is.order, replace.order);
        EXPECT_EQ(is.possible_resend, replace.possible_resend);
        EXPECT_EQ(is.possible_duplicate, replace.possible_duplicate);
        EXPECT_EQ(is.price, replace.price);
        EXPECT_EQ(is.stop_price, replace.stop_price);
        EXPECT_EQ(is.quantity, replace.quantity);
        EXPECT_EQ(is.display, replace.display);
        EXPECT_EQ(is.expiry, replace.expiry);
    }
    void operator()(const MassCancel& is) const {
        const auto& cancel = std::get<MassCancel>(was);
        EXPECT_EQ(is.client_id, cancel.client_id);
        EXPECT_EQ(is.session, cancel.session);
        EXPECT_EQ(is.account, cancel.account);
        EXPECT_EQ(is.instrument, cancel.instrument);
        EXPECT_EQ(is.side, cancel.side);
        EXPECT_EQ(is.keep_long_lived, cancel.keep_long_lived);
    }
    void operator()(const Deposit& is) const { money(is, std::get<Deposit>(was)); }
    void operator()(const Withdraw& is) const { money(is, std::get<Withdraw>(was)); }
    template <class Body>
    void money(const Body& is, const Body& body) const {
        EXPECT_EQ(is.account, body.account);
        EXPECT_EQ(is.asset, body.asset);
        EXPECT_TRUE(is.amount == body.amount);
    }
    void operator()(const Transfer& is) const {
        const auto& transfer = std::get<Transfer>(was);
        EXPECT_EQ(is.from, transfer.from);
        EXPECT_EQ(is.to, transfer.to);
        EXPECT_EQ(is.asset, transfer.asset);
        EXPECT_TRUE(is.amount == transfer.amount);
    }
    void operator()(const Halt& is) const {
        EXPECT_EQ(is.instrument, std::get<Halt>(was).instrument);
    }
    void operator()(const Resume& is) const {
        EXPECT_EQ(is.instrument, std::get<Resume>(was).instrument);
    }
    void operator()(const Tick&) const {}
    void operator()(const DayEnd&) const {}
    void operator()(const BustTrade& is) const {
        EXPECT_EQ(is.trade, std::get<BustTrade>(was).trade);
    }
    void operator()(const CorrectTrade& is) const {
        const auto& correct = std::get<CorrectTrade>(was);
        EXPECT_EQ(is.trade, correct.trade);
        EXPECT_EQ(is.price, correct.price);
        EXPECT_EQ(is.quantity, correct.quantity);
    }
    void operator()(const Continue&) const {}
};

inline void expect_round_trip(const Command& command, const Outcome& outcome = {}) {
    const Record record = record_of(command, outcome);
    ASSERT_FALSE(record.empty());
    DecodedCommand decoded;
    decoded.command.envelope.deadline = at(1);  // whatever was there before
    ASSERT_EQ(decode_record(record, decoded), "") << command_text(command);
    expect_equal(decoded.command.envelope, command.envelope);
    ASSERT_EQ(decoded.command.body.index(), command.body.index());
    std::visit(ExpectEqual{command.body}, decoded.command.body);
    EXPECT_EQ(record_of(decoded.command, outcome), record);
    EXPECT_EQ(Record(decoded.effects.begin(), decoded.effects.end()), effects_of(command, outcome));
    std::vector<Event> events;
    EXPECT_EQ(decode_effects(decoded.command, decoded.effects, events), "");
    EXPECT_EQ(events, outcome.events) << effects_text(command, decoded.effects);
}

inline Command command_of(CommandBody body) {
    Command command;
    command.envelope = {SessionId{3}, CommandClass::order, 0, 17, at(1'000'400), at(1'000'000), {}};
    command.body = std::move(body);
    return command;
}

inline const std::vector<ClientOrderId> ids{ClientOrderId{}, ClientOrderId{"c"},
                                            ClientOrderId{std::string(36, '\xff')},
                                            ClientOrderId{std::string(3, '\0')}};
inline const std::vector<std::int64_t> numbers{0, 1, -1, 63, 64, 8'191, 1 << 20, most, least};

}  // namespace tickweir::tests
