// A small venue and the commands that tests of whole venues give it.
#pragma once

#include <string>

#include "book/exact/wide.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::txn {

constexpr Int128 whole_units(std::int64_t n) {
    return Int128{n} * static_cast<Int128>(book::exact::power_of_ten(18));
}

/// `instruments` of them quoted in asset 0, each with an asset of its own; a session an account;
/// the last account gets the fees.
inline VenueSettings market_of(std::uint32_t instruments, std::uint32_t accounts) {
    VenueSettings all;
    all.assets.push_back({"USD", 18});
    for (std::uint32_t i = 0; i < instruments; ++i) {
        all.assets.push_back({"B" + std::to_string(i), 18});
        InstrumentSettings instrument;
        instrument.symbol = "S" + std::to_string(i);
        instrument.base = AssetId{i + 1};
        instrument.quote = AssetId{0};
        instrument.reference = Price{10'000};
        all.instruments.push_back(instrument);
    }
    all.sessions.push_back({"operator"});
    for (std::uint32_t i = 0; i <= accounts; ++i) {
        all.accounts.push_back({"A" + std::to_string(i)});
        all.sessions.push_back({"C" + std::to_string(i)});
    }
    all.fees = {.maker_millionths = 100, .taker_millionths = 250, .account = AccountId{accounts}};
    return all;
}

inline Command operator_command(CommandBody body) {
    Command command;
    command.body = std::move(body);
    return command;
}

/// A limit order of the account's own session.
inline Command limit_order(std::uint32_t account, std::uint32_t instrument, Side side,
                           std::int64_t price, std::int64_t quantity, std::string_view id) {
    NewOrder order;
    order.client_id = ClientOrderId{id};
    order.account = AccountId{account};
    order.instrument = InstrumentId{instrument};
    order.side = side;
    order.price = Price{price};
    order.quantity = Quantity{quantity};
    Command command;
    command.envelope.session = SessionId{account + 1};
    command.body = order;
    return command;
}

inline Command cancel_of(std::uint32_t account, std::string_view original, std::string_view id) {
    Command command;
    command.envelope.session = SessionId{account + 1};
    command.body = CancelOrder{ClientOrderId{id}, ClientOrderId{original}, {}};
    return command;
}

}  // namespace tickweir::txn
