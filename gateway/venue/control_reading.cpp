#include "gateway/venue/control_reading.hpp"

#include <limits>
#include <utility>

#include "gateway/venue/account_view.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::gateway {

using book::exact::Decimal;
using control::Answer;
using control::fault;
using control::Status;

namespace {

constexpr unsigned amount_decimals = 18;

template <class Id>
std::map<std::string, std::uint32_t, std::less<>> names_of(const std::vector<Id>& list,
                                                           std::string Id::*name) {
    std::map<std::string, std::uint32_t, std::less<>> names;
    for (std::size_t i = 0; i < list.size(); ++i)
        names.emplace(list[i].*name, static_cast<std::uint32_t>(i));
    return names;
}

/// A number as so many decimals count it; nothing, and why, where that is not exact.
std::optional<std::int64_t> counted(std::string_view what, const Decimal& number, unsigned decimals,
                                    Answer& answer) {
    const auto scaled = rescaled(number, decimals);
    const txn::Int128 value = scaled.value.coefficient();
    if (scaled.ok() && value <= std::numeric_limits<std::int64_t>::max() &&
        value >= std::numeric_limits<std::int64_t>::min())
        return static_cast<std::int64_t>(value);
    answer =
        fault(Status::bad_request, std::string{what} + ": " + to_text(number) + " does not fit " +
                                       std::to_string(decimals) + " decimals in 64 bits");
    return std::nullopt;
}

}  // namespace

ControlReading::ControlReading(const txn::Venue& venue) : venue_{venue} {
    const txn::VenueSettings& settings = venue.settings();
    accounts_ = names_of(settings.accounts, &txn::AccountSettings::name);
    assets_ = names_of(settings.assets, &txn::AssetSettings::name);
    instruments_ = names_of(settings.instruments, &txn::InstrumentSettings::symbol);
    sessions_ = names_of(settings.sessions, &txn::SessionSettings::name);
}

template <class Id>
bool ControlReading::find(const Names& names, std::string_view kind, const std::string& name,
                          Id& id, Answer& answer) const {
    const auto found = names.find(name);
    if (found == names.end()) {
        answer = fault(Status::unknown,
                       "unknown " + std::string{kind} + " \"" + name.substr(0, 64) + '"');
        return false;
    }
    id = Id{found->second};
    return true;
}

std::optional<txn::CommandBody> ControlReading::body_of(const control::Command& command,
                                                        Answer& answer) const {
    if (const auto* const deposit = std::get_if<control::Deposit>(&command))
        return move<txn::Deposit>(deposit->account, deposit->asset, deposit->amount, answer);
    if (const auto* const withdraw = std::get_if<control::Withdraw>(&command))
        return move<txn::Withdraw>(withdraw->account, withdraw->asset, withdraw->amount, answer);
    txn::InstrumentId instrument{};
    if (const auto* const halt = std::get_if<control::Halt>(&command)) {
        if (!find(instruments_, "instrument", halt->instrument, instrument, answer)) return {};
        return txn::Halt{instrument};
    }
    if (const auto* const resume = std::get_if<control::Resume>(&command)) {
        if (!find(instruments_, "instrument", resume->instrument, instrument, answer)) return {};
        return txn::Resume{instrument};
    }
    if (const auto* const bust = std::get_if<control::Bust>(&command))
        return txn::BustTrade{txn::TradeId{bust->trade}};
    if (const auto* const corrected = std::get_if<control::Correct>(&command))
        return correct(*corrected, answer);
    if (const auto* const killed = std::get_if<control::Kill>(&command))
        return kill(*killed, answer);
    return std::nullopt;
}

template <class Body>
std::optional<txn::CommandBody> ControlReading::move(const std::string& account,
                                                     const std::string& asset,
                                                     const Decimal& amount, Answer& answer) const {
    Body body;
    if (!find(accounts_, "account", account, body.account, answer)) return std::nullopt;
    if (!find(assets_, "asset", asset, body.asset, answer)) return std::nullopt;
    const auto scaled = rescaled(amount, amount_decimals);
    if (!scaled.ok() || scaled.value.coefficient() <= 0) {
        answer = fault(Status::bad_request,
                       "amount: expected a number above zero of at most 20 "
                       "digits before the point, got " +
                           to_text(amount));
        return std::nullopt;
    }
    body.amount = scaled.value.coefficient();
    return body;
}

std::optional<txn::CommandBody> ControlReading::correct(const control::Correct& command,
                                                        Answer& answer) const {
    const auto instrument = venue_.traded_in(txn::TradeId{command.trade});
    if (!instrument) {
        answer = fault(Status::unknown, "unknown trade " + std::to_string(command.trade));
        return std::nullopt;
    }
    const txn::InstrumentSettings& settings =
        venue_.settings().instruments[static_cast<std::size_t>(*instrument)];
    const auto price = counted("price", command.price, settings.price_decimals, answer);
    if (!price) return std::nullopt;
    const auto quantity = counted("quantity", command.quantity, settings.quantity_decimals, answer);
    if (!quantity) return std::nullopt;
    return txn::CorrectTrade{txn::TradeId{command.trade}, {*price}, {*quantity}};
}

std::optional<txn::CommandBody> ControlReading::kill(const control::Kill& command,
                                                     Answer& answer) const {
    if (!command.session && !command.account && !command.instrument && !command.all) {
        answer = fault(Status::bad_request,
                       "kill: expected a session, an account, an instrument, or all");
        return std::nullopt;
    }
    txn::MassCancel body;
    if (command.session &&
        !find(sessions_, "session", *command.session, body.session.emplace(), answer))
        return std::nullopt;
    if (command.account &&
        !find(accounts_, "account", *command.account, body.account.emplace(), answer))
        return std::nullopt;
    if (command.instrument &&
        !find(instruments_, "instrument", *command.instrument, body.instrument.emplace(), answer))
        return std::nullopt;
    return body;
}

bool ControlReading::look(const control::ViewAccount& command, Answer& answer) const {
    txn::AccountId account{};
    if (!find(accounts_, "account", command.account, account, answer)) return false;
    answer.account = account_view(venue_, account, command.after, command.orders_max);
    answer.account->lsn = answer.lsn;
    return true;
}

bool ControlReading::look(const control::ViewBalance& command, Answer& answer) const {
    txn::AccountId account{};
    txn::AssetId asset{};
    if (!find(accounts_, "account", command.account, account, answer)) return false;
    if (!find(assets_, "asset", command.asset, asset, answer)) return false;
    answer.balance = balance_of(venue_, asset, venue_.balance(account, asset));
    return true;
}

}  // namespace tickweir::gateway
