// Who is who at order entry: symbols and instruments with their scales, names of accounts, and FIX
// sessions and the venue's sessions, which have different numbers and the same names. Made at
// start-up, immutable, any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "book/types.hpp"
#include "gateway/fix/orders/entitlements.hpp"
#include "gateway/fix/session_id.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::gateway::fix::orders {

/// A FIX session as order entry has to know it. Its place in the list is its fix::SessionId.
struct OrderSession {
    std::string name;                   ///< the same as in the venue's settings
    std::vector<std::string> accounts;  ///< of it; the only one is the default
    EntitlementSettings entitled;
};

struct DirectorySettings {
    std::string venue_id = "tickweir";  ///< 207 of all that is ours
    std::vector<OrderSession> sessions;
    /// The end of the trading day of a local date, when an order with that ExpireDate (432)
    /// expires. Empty: the midnight after it, in UTC.
    std::function<book::TimeNs(std::chrono::sys_days)> end_of_date;
};

/// An instrument as messages need it.
struct InstrumentEntry {
    txn::InstrumentId id{};
    std::string symbol;
    std::string quote;  ///< asset that its prices are in
    unsigned price_decimals = 0;
    unsigned quantity_decimals = 0;
};

/// A session as its requests are held against it.
struct SessionEntry {
    std::string name;
    txn::SessionId id{};                   ///< at the venue
    std::vector<txn::AccountId> accounts;  ///< it may use; never empty
    Entitlements entitled;

    bool may_use(txn::AccountId account) const;
};

class OrderDirectory {
public:
    /// Longer names of sessions, accounts, symbols and assets are refused at start-up.
    static constexpr std::size_t name_bytes_max = 64;

    /// What is wrong with them, naming session and value; or an empty text.
    static std::string fault_of(const txn::VenueSettings& venue, const DirectorySettings& settings);

    /// Throws std::invalid_argument with fault_of().
    OrderDirectory(const txn::VenueSettings& venue, DirectorySettings settings);

    /// nullptr where there is none. Expected constant time.
    const InstrumentEntry* find_instrument(std::string_view symbol) const;
    std::optional<txn::AccountId> find_account(std::string_view name) const;

    /// nullptr, or an empty text, for ids that the venue does not have.
    const InstrumentEntry* instrument(txn::InstrumentId id) const;
    std::string_view account_name(txn::AccountId id) const;
    std::string_view session_name(txn::SessionId id) const;

    std::size_t instrument_count() const { return instruments_.size(); }

    /// Of `session`, which is a place in DirectorySettings::sessions.
    const SessionEntry& session(SessionId session) const {
        return sessions_[static_cast<std::size_t>(session)];
    }
    std::size_t session_count() const { return sessions_.size(); }
    txn::SessionId venue_session(SessionId session) const { return this->session(session).id; }
    /// Nothing for the operator, and for sessions that are gone from the configuration.
    std::optional<SessionId> fix_session(txn::SessionId session) const;
    /// Its entry; nullptr likewise.
    const SessionEntry* find_session(txn::SessionId session) const;

    std::string_view venue_id() const { return venue_id_; }
    std::uint16_t log_number() const { return log_number_; }
    book::TimeNs end_of_date(std::chrono::sys_days date) const { return end_of_date_(date); }

private:
    struct NameHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view name) const {
            return std::hash<std::string_view>{}(name);
        }
    };
    template <class Id>
    using Names = std::unordered_map<std::string, Id, NameHash, std::equal_to<>>;

    void add_session(const txn::VenueSettings& venue, const OrderSession& session);

    std::string venue_id_;
    std::uint16_t log_number_ = 1;
    std::vector<InstrumentEntry> instruments_;
    std::vector<std::string> accounts_;
    std::vector<std::string> venue_sessions_;
    std::vector<SessionEntry> sessions_;
    std::vector<std::optional<SessionId>> fix_sessions_;  ///< by the venue's numbers
    Names<txn::InstrumentId> symbols_;
    Names<txn::AccountId> account_ids_;
    std::function<book::TimeNs(std::chrono::sys_days)> end_of_date_;
};

}  // namespace tickweir::gateway::fix::orders
