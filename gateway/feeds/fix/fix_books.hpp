// FIX market data → books: takes snapshots (W) and increments (X) of one sender, keeps a book of
// levels for each instrument, knows which of them can be trusted, and tells a listener what each
// message changed. Pure: no clock, file, socket or thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/fix/message.hpp"
#include "codecs/json/market_frame.hpp"
#include "gateway/feeds/fix/md_entry.hpp"
#include "gateway/feeds/fix/md_ids.hpp"
#include "gateway/feeds/fix/md_rows.hpp"
#include "gateway/feeds/json_events.hpp"
#include "gateway/feeds/json_instrument.hpp"
#include "gateway/feeds/json_rows.hpp"

namespace tickweir::gateway {

struct FixBooksLimits {
    std::uint32_t instruments = 10'000;
    std::uint32_t levels = 262'144;  ///< a side
    std::size_t ids = 524'288;       ///< named entries of an instrument
    std::size_t names = 20'000;      ///< of instruments beside their symbols: 48, 262
    std::size_t symbol_bytes = 128;
};

struct FixBooksOptions {
    FixBooksLimits limits{};
    book::MemoryBudget* budget = nullptr;  ///< of the levels; outlives them
};

/// Where a message came from.
struct FixOrigin {
    std::uint32_t session = 0;        ///< numbered by the caller
    std::int64_t received_ns = 0;     ///< since the epoch
    bool possible_duplicate = false;  ///< sent again, or its number came before
};

/// Counts of all instruments together.
struct FixBooksCounts {
    std::uint64_t snapshots = 0;   ///< W
    std::uint64_t increments = 0;  ///< X
    std::uint64_t entries = 0;
    std::uint64_t other_entries = 0;  ///< neither bid, offer nor trade; passed over
    std::uint64_t repeated = 0;       ///< messages whose number came before; RptSeq decides
    std::array<std::uint64_t, md_status_kinds> by_status{};  ///< of W and X
    std::uint64_t over_limit = 0;                            ///< names that are not kept
};

/// Why the last W or X was refused.
struct FixRefusal {
    MdStatus status = MdStatus::ok;
    codecs::fix::Tag tag = 0;
};

/// All books of a sender.
///
/// An instrument is a symbol (55), or a SecurityID (48) that came with one or alone; an entry that
/// names none means that of the entry before, of the message, or of its MDReqID (262). RptSeq (83)
/// counts an instrument's changes: with a gap the book is out of sync until its next snapshot, and
/// with 1 it begins, empty. An instrument without RptSeq depends on its session's numbers, of which
/// the caller tells the losses. A message is applied to an instrument as a whole or not at all.
///
/// A listener may have, what it lacks costs nothing:
///     on_rescaled(index) · on_levels(index, changes, JsonTimes, touch_changed)
///     on_snapshot(index, JsonTimes) · on_trade(index, const JsonTrade&)
///     on_sync(index, SyncState, SyncReason)
/// as of JsonBooks. One owner thread.
class FixBooks {
public:
    explicit FixBooks(const FixBooksOptions& options = {})
        : options_{options}, entries_rows_{options.limits.ids}, rows_{0} {}

    static bool is_market_data(std::string_view msg_type) {
        return msg_type == codecs::fix::msg_type::market_data_snapshot ||
               msg_type == codecs::fix::msg_type::market_data_incremental;
    }

    /// Takes a W or X. One that is refused takes what depends on its session's numbers out of sync,
    /// for nothing that follows would show its loss. Linear in the message; allocates nothing after
    /// warm-up, but for new ids.
    template <class Listener>
    MdStatus apply(const codecs::fix::Message& message, const FixOrigin& origin,
                   Listener&& listener);

    /// Messages were lost, of the sessions for which `concerns(session)`: what depends on their
    /// numbers is out of sync. Linear in the instruments.
    template <class Concerns, class Listener>
    void on_loss(Concerns&& concerns, SyncReason reason, std::int64_t now_ns, Listener&& listener);

    /// A session begins anew: RptSeq may, too.
    void on_reset(std::uint32_t session);

    const JsonInstruments& instruments() const { return instruments_; }
    const FixBooksCounts& counts() const { return counts_; }
    const FixRefusal& last_refusal() const { return refusal_; }

private:
    struct State {                            // of an instrument, beside JsonInstrument
        std::optional<std::uint64_t> number;  // RptSeq, of the last change
        bool numbered = false;                // its changes have them
        bool session_lost = false;            // meanwhile something of the session's own numbers
        bool may_restart = true;
        MdIds ids;
    };
    using Names = std::map<std::string, std::uint32_t, std::less<>>;
    template <class Listener>
    struct Step;

    MdStatus identify(const codecs::fix::Message& message);
    std::optional<std::uint32_t> instrument_of(std::string_view symbol, std::string_view id);
    std::optional<std::uint32_t> add_instrument(std::string_view symbol);
    void remember(Names& names, std::string_view name, std::uint32_t instrument);

    FixBooksOptions options_;
    JsonInstruments instruments_;
    std::vector<State> states_;
    Names by_security_id_;
    Names by_request_;
    FixBooksCounts counts_;
    FixRefusal refusal_;

    std::vector<MdEntry> entries_;
    std::optional<std::uint64_t> message_number_;  // RptSeq before the entries
    std::vector<std::uint32_t> touched_;           // instruments of the message at hand
    MdRows entries_rows_;
    codecs::json::MarketFrame frame_;
    JsonRows rows_;
    SyncChanges changes_;
};

}  // namespace tickweir::gateway

#include "gateway/feeds/fix/fix_books_impl.hpp"
