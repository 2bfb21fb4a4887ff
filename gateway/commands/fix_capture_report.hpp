// What `tickweir inspect` finds in a capture of FIX: sessions and their numbers, counts by type,
// times, instruments, and every message that is broken with its place and reason.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "gateway/commands/fix_counts.hpp"
#include "gateway/feeds/fix/fix_books.hpp"
#include "gateway/feeds/fix/fix_sessions.hpp"
#include "gateway/json_writer.hpp"
#include "replay/fix_capture.hpp"
#include "replay/fix_reader.hpp"

namespace tickweir::gateway {

/// Bytes that are no message, or a message that is not right.
struct FixBroken {
    std::uint64_t offset = 0;  ///< as of FixItem
    std::uint32_t stream = 0;
    std::string reason;
    codecs::fix::Tag tag = 0;  ///< 0: of no single field
    std::uint64_t bytes = 0;
    std::string text;  ///< the beginning of it, printable
};

/// A hole in a session's numbers, or in its TCP stream.
struct FixGap {
    std::uint64_t offset = 0;  ///< of the message behind it
    std::uint32_t stream = 0;
    std::optional<std::uint32_t> session;  ///< none of a stream
    std::uint64_t first = 0;               ///< missing number
    std::uint64_t missing = 0;             ///< numbers, or bytes
};

/// One owner thread.
class FixCaptureReport {
public:
    /// What lists hold at most; what comes beyond is only counted.
    static constexpr std::size_t broken_max = 10'000;
    static constexpr std::size_t gaps_max = 10'000;
    static constexpr std::size_t instruments_max = 10'000;

    void on_item(const replay::FixItem& item);

    std::uint64_t messages() const { return messages_; }
    std::uint64_t bytes() const { return bytes_; }
    const FixSessions& sessions() const { return sessions_; }
    const FixCounts& by_type() const { return by_type_; }
    const FixCounts& reasons() const { return reasons_; }
    const std::vector<FixBroken>& broken() const { return broken_; }
    std::uint64_t broken_count() const { return reasons_.sum(); }
    const std::vector<FixGap>& gaps() const { return gaps_; }
    std::uint64_t gaps_count() const { return gaps_count_; }
    /// Messages by symbol (55, else 48).
    const std::map<std::string, std::uint64_t, std::less<>>& instruments() const {
        return instruments_;
    }
    std::uint64_t instruments_beyond() const { return instruments_beyond_; }
    /// By SendingTime (52).
    std::optional<std::int64_t> first_time_ns() const { return first_ns_; }
    std::optional<std::int64_t> last_time_ns() const { return last_ns_; }

private:
    void on_message(const replay::FixItem& item);
    void add_broken(const replay::FixItem& item, std::string_view reason, codecs::fix::Tag tag,
                    std::string_view text);
    void add_gap(const FixGap& gap);
    void count_instruments(const codecs::fix::Message& message);

    std::uint64_t messages_ = 0;
    std::uint64_t bytes_ = 0;
    FixSessions sessions_;
    FixCounts by_type_;
    FixCounts reasons_;
    std::vector<FixBroken> broken_;
    std::vector<FixGap> gaps_;
    std::uint64_t gaps_count_ = 0;
    std::map<std::string, std::uint64_t, std::less<>> instruments_;
    std::uint64_t instruments_beyond_ = 0;
    std::optional<std::int64_t> first_ns_;
    std::optional<std::int64_t> last_ns_;
    std::vector<MdEntry> entries_;
};

/// What reading ended with.
struct InspectedFix {
    const FixCaptureReport& report;
    const replay::FixCapture& capture;
    const replay::FixReader& reader;
};

/// Tables; of lists that may be long only the first entries.
void print_text(const InspectedFix& inspected, std::ostream& out);
/// Keys and values of the document's object, which the caller begins and ends. Everything.
void print_json(const InspectedFix& inspected, JsonWriter& json);

}  // namespace tickweir::gateway
