#include "gateway/fix/orders/order_directory.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace tickweir::gateway::fix::orders {
namespace {

/// Names go into messages as they are.
std::string fault_of_name(std::string_view what, std::string_view name) {
    const auto printable = [](char c) { return c >= ' ' && c != '\x7f'; };
    if (!name.empty() && name.size() <= OrderDirectory::name_bytes_max &&
        std::ranges::all_of(name, printable))
        return {};
    return std::string{what}.append(" \"").append(name).append(
        "\": a name has 1 to 64 bytes, all printable");
}

template <class Rows, class Name>
bool has_name(const Rows& rows, std::string_view wanted, Name name) {
    return std::ranges::any_of(rows, [&](const auto& row) { return row.*name == wanted; });
}

std::string fault_of_session(const txn::VenueSettings& venue, const OrderSession& session) {
    const std::string before = "session \"" + session.name + "\": ";
    const auto own = std::ranges::find(venue.sessions, session.name, &txn::SessionSettings::name);
    if (own == venue.sessions.end()) return before + "the venue has no such session";
    if (own == venue.sessions.begin()) return before + "is the operator's";
    if (session.accounts.empty()) return before + "has no account";
    for (const std::string& account : session.accounts)
        if (!has_name(venue.accounts, account, &txn::AccountSettings::name))
            return before + "unknown account \"" + account + '"';
    for (const std::string& symbol : session.entitled.instruments)
        if (!has_name(venue.instruments, symbol, &txn::InstrumentSettings::symbol))
            return before + "unknown instrument \"" + symbol + '"';
    for (const auto& cap : {session.entitled.quantity_max, session.entitled.notional_max})
        if (cap.is_negative()) return before + "a limit is below zero";
    return {};
}

std::string fault_of_names(const txn::VenueSettings& venue) {
    for (const auto& row : venue.instruments)
        if (auto fault = fault_of_name("instrument", row.symbol); !fault.empty()) return fault;
    for (const auto& row : venue.assets)
        if (auto fault = fault_of_name("asset", row.name); !fault.empty()) return fault;
    for (const auto& row : venue.accounts)
        if (auto fault = fault_of_name("account", row.name); !fault.empty()) return fault;
    for (const auto& row : venue.sessions)
        if (auto fault = fault_of_name("session", row.name); !fault.empty()) return fault;
    return {};
}

book::TimeNs next_midnight(std::chrono::sys_days date) {
    return book::TimeNs{date + std::chrono::days{1}};
}

}  // namespace

bool SessionEntry::may_use(txn::AccountId account) const {
    return std::ranges::find(accounts, account) != accounts.end();
}

std::string OrderDirectory::fault_of(const txn::VenueSettings& venue,
                                     const DirectorySettings& settings) {
    if (auto fault = fault_of_name("venue", settings.venue_id); !fault.empty()) return fault;
    if (auto fault = fault_of_names(venue); !fault.empty()) return fault;
    std::set<std::string_view> names;
    for (const OrderSession& session : settings.sessions) {
        if (auto fault = fault_of_session(venue, session); !fault.empty()) return fault;
        if (!names.insert(session.name).second)
            return "session \"" + session.name + "\": is there twice";
    }
    return {};
}

OrderDirectory::OrderDirectory(const txn::VenueSettings& venue, DirectorySettings settings)
    : venue_id_{settings.venue_id},
      log_number_{venue.log_number},
      end_of_date_{std::move(settings.end_of_date)} {
    if (const std::string fault = fault_of(venue, settings); !fault.empty())
        throw std::invalid_argument{fault};
    if (!end_of_date_) end_of_date_ = next_midnight;
    for (const txn::InstrumentSettings& its : venue.instruments) {
        const txn::InstrumentId id{static_cast<std::uint32_t>(instruments_.size())};
        const std::string& quote = venue.assets[static_cast<std::size_t>(its.quote)].name;
        instruments_.push_back({id, its.symbol, quote, its.price_decimals, its.quantity_decimals});
        symbols_.emplace(its.symbol, id);
    }
    for (const txn::AccountSettings& account : venue.accounts) {
        const txn::AccountId id{static_cast<std::uint32_t>(accounts_.size())};
        account_ids_.emplace(account.name, id);
        accounts_.push_back(account.name);
    }
    for (const txn::SessionSettings& session : venue.sessions)
        venue_sessions_.push_back(session.name);
    fix_sessions_.resize(venue_sessions_.size());
    for (const OrderSession& session : settings.sessions)
        add_session(venue, session);
}

void OrderDirectory::add_session(const txn::VenueSettings& venue, const OrderSession& session) {
    const auto place = static_cast<std::size_t>(std::ranges::find(venue_sessions_, session.name) -
                                                venue_sessions_.begin());
    fix_sessions_[place] = SessionId{static_cast<std::uint32_t>(sessions_.size())};
    SessionEntry& entry = sessions_.emplace_back();
    entry.name = session.name;
    entry.id = txn::SessionId{static_cast<std::uint32_t>(place)};
    for (const std::string& account : session.accounts)
        entry.accounts.push_back(account_ids_.at(account));
    entry.entitled = Entitlements{session.entitled, venue};
}

const InstrumentEntry* OrderDirectory::find_instrument(std::string_view symbol) const {
    const auto found = symbols_.find(symbol);
    return found == symbols_.end() ? nullptr : instrument(found->second);
}

std::optional<txn::AccountId> OrderDirectory::find_account(std::string_view name) const {
    const auto found = account_ids_.find(name);
    if (found == account_ids_.end()) return std::nullopt;
    return found->second;
}

const InstrumentEntry* OrderDirectory::instrument(txn::InstrumentId id) const {
    const auto place = static_cast<std::size_t>(id);
    return place < instruments_.size() ? &instruments_[place] : nullptr;
}

std::string_view OrderDirectory::account_name(txn::AccountId id) const {
    const auto place = static_cast<std::size_t>(id);
    return place < accounts_.size() ? std::string_view{accounts_[place]} : std::string_view{};
}

std::string_view OrderDirectory::session_name(txn::SessionId id) const {
    const auto place = static_cast<std::size_t>(id);
    return place < venue_sessions_.size() ? std::string_view{venue_sessions_[place]}
                                          : std::string_view{};
}

std::optional<SessionId> OrderDirectory::fix_session(txn::SessionId session) const {
    const auto place = static_cast<std::size_t>(session);
    return place < fix_sessions_.size() ? fix_sessions_[place] : std::nullopt;
}

const SessionEntry* OrderDirectory::find_session(txn::SessionId session) const {
    const auto id = fix_session(session);
    return id ? &this->session(*id) : nullptr;
}

}  // namespace tickweir::gateway::fix::orders
