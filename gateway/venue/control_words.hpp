// What operators and account holders ask of a running venue, and what it answers: names, exact
// numbers and texts, as they come in from outside and go out again. Values only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "book/exact/decimal.hpp"
#include "gateway/shield/vocabulary.hpp"
#include "gateway/venue/account_view.hpp"
#include "txn/log/lsn.hpp"

namespace tickweir::gateway::control {

/// `amount` in whole units of the asset, above zero.
struct Deposit {
    std::string account;
    std::string asset;
    book::exact::Decimal amount;
};
struct Withdraw {
    std::string account;
    std::string asset;
    book::exact::Decimal amount;
};

struct Halt {
    std::string instrument;  ///< its symbol
};
/// Ends a halt or a pause.
struct Resume {
    std::string instrument;
};

/// `trade`: the number that reports show as 527 and market data as `trade_id`.
struct Bust {
    std::uint64_t trade = 0;
};
struct Correct {
    std::uint64_t trade = 0;
    book::exact::Decimal price;
    book::exact::Decimal quantity;
};

/// Cancels every open order that matches all that is given. Of new orders that match none is
/// executed that came in before the answer: they are taken out of queues and rings, wherever they
/// wait and however long. Nothing given: only with `all`, and then everything.
struct Kill {
    std::optional<std::string> session;
    std::optional<std::string> account;
    std::optional<std::string> instrument;
    bool all = false;
};

/// The load mode is kept within these, whatever the load; nothing: as the load says. Not logged,
/// and over with the process. The floor wins over the ceiling; nothing leads out of L5.
struct SetMode {
    std::optional<shield::LoadMode> floor;
    std::optional<shield::LoadMode> ceiling;
};

/// Of the account's orders those behind OrderID `after`, at most `orders_max` (and at most
/// account_orders_max).
struct ViewAccount {
    std::string account;
    std::uint64_t after = 0;
    std::size_t orders_max = account_orders_max;
};

/// What the account has of one asset.
struct ViewBalance {
    std::string account;
    std::string asset;
};

using Command = std::variant<Deposit, Withdraw, Halt, Resume, Bust, Correct, Kill, SetMode,
                             ViewAccount, ViewBalance>;

enum class Status : std::uint8_t {
    done,         ///< executed, and durable as far as the configured commit point demands
    bad_request,  ///< a number or a combination that makes no sense: 400
    unknown,      ///< a name that the venue does not have: 404
    refused,      ///< the venue refused it, `text` says why: 409
    shed,         ///< not now, for load: 503
    not_ready,    ///< the venue still recovers: 503
    stopped,      ///< the venue executes nothing any more: 503
};
std::string_view to_string(Status status);

struct Answer {
    Status status = Status::done;
    std::string text = {};        ///< of everything but done: what is wrong, and with what
    txn::log::Lsn lsn = {};       ///< of the command's record; of a view: what it is of
    std::uint64_t cancelled = 0;  ///< of a kill: open orders
    std::uint64_t withdrawn = 0;  ///< of a kill: requests that were not executed, by the answer
    /// Of deposit and withdraw: after it. Of a view of it: as of `lsn`.
    std::optional<AccountBalance> balance = std::nullopt;
    std::optional<AccountView> account = std::nullopt;
};

/// An answer that says what is wrong.
Answer fault(Status status, std::string text);

/// The name of a command that waits or was answered.
enum class Ticket : std::uint64_t {};

}  // namespace tickweir::gateway::control
