#include "gateway/assembly/feed_counts.hpp"

#include <array>

namespace tickweir::gateway {
namespace {

using Feed = ReportCount<FeedReport>;
using Line = ReportCount<LineReport>;

template <auto Member>
std::uint64_t of_feed(const FeedReport& report) {
    return static_cast<std::uint64_t>(report.*Member);
}
template <auto Member>
std::uint64_t of_mold(const FeedReport& report) {
    return static_cast<std::uint64_t>(report.mold.*Member);
}
template <auto Member>
std::uint64_t of_soup(const FeedReport& report) {
    return report.soup.*Member;
}
template <auto Member>
std::uint64_t of_line(const LineReport& report) {
    return report.*Member;
}

constexpr Feed common[]{
    {"messages",
     {"tickweir_feed_messages_total", "Messages a feed handed on"},
     of_feed<&FeedReport::messages>},
    {"bytes",
     {"tickweir_feed_bytes_total", "Bytes of those messages"},
     of_feed<&FeedReport::bytes>},
    {"sessions",
     {"tickweir_feed_sessions_total", "Sessions a feed began"},
     of_feed<&FeedReport::sessions>},
    {"gaps",
     {"tickweir_feed_gaps_total", "Times that messages were missing"},
     of_feed<&FeedReport::gaps>},
    {"lost", {"tickweir_feed_lost_total", "Messages that never came"}, of_feed<&FeedReport::lost>},
    {"waits",
     {"tickweir_feed_waits_total", "Times that a market shard had no room"},
     of_feed<&FeedReport::waits>},
    {"last_data",
     {"tickweir_feed_last_data_timestamp_seconds", "When a feed sent something last; 0: never", 9},
     of_feed<&FeedReport::last_data_ns>,
     true},
};

constexpr Feed mold[]{
    {"duplicates",
     {"tickweir_feed_duplicates_total", "Messages that were there already"},
     of_mold<&MoldReport::duplicates>},
    {"reordered",
     {"tickweir_feed_reordered_total", "Packets that came late and filled a hole"},
     of_mold<&MoldReport::reordered>},
    {"missing",
     {"tickweir_feed_missing_messages", "Messages that are missing now"},
     of_mold<&MoldReport::missing>,
     true},
    {"filled",
     {"tickweir_feed_filled_total", "Messages that re-request servers brought"},
     of_mold<&MoldReport::filled>},
    {"dropped",
     {"tickweir_feed_dropped_total", "Messages that could not be kept from behind a hole"},
     of_mold<&MoldReport::dropped>},
    {"frozen",
     {"tickweir_feed_frozen_total", "Times that a gap was given up until it was filled"},
     of_mold<&MoldReport::frozen>},
    {"requests",
     {"tickweir_feed_requests_total", "Requests for lost messages"},
     of_mold<&MoldReport::requests>},
    {"requests_failed",
     {"tickweir_feed_requests_failed_total", "Requests that the system did not send"},
     of_mold<&MoldReport::requests_failed>},
    {"timeouts",
     {"tickweir_feed_request_timeouts_total", "Requests without an answer in time"},
     of_mold<&MoldReport::timeouts>},
    {"throttled",
     {"tickweir_feed_requests_throttled_total", "Times that the rate held a request back"},
     of_mold<&MoldReport::throttled>},
    {"wrong_answers",
     {"tickweir_feed_wrong_answers_total", "Answers with something else than was asked for"},
     of_mold<&MoldReport::wrong_answers>},
    {"foreign_answers",
     {"tickweir_feed_foreign_answers_total", "Answers of somebody who was not asked"},
     of_mold<&MoldReport::foreign_answers>},
    {"bad_packets",
     {"tickweir_feed_bad_packets_total", "Damaged packets"},
     of_mold<&MoldReport::bad_packets>},
    {"other_session",
     {"tickweir_feed_other_session_total", "Packets of a session that is over"},
     of_mold<&MoldReport::other_session>},
    {"last_recovery_ns",
     {"tickweir_feed_last_recovery_seconds", "How long the last hole was open", 9},
     of_mold<&MoldReport::last_recovery_ns>,
     true},
};

constexpr Feed soup[]{
    {"connects",
     {"tickweir_feed_connects_total", "Attempts to connect"},
     of_soup<&SoupReport::connects>},
    {"logins", {"tickweir_feed_logins_total", "Logins accepted"}, of_soup<&SoupReport::logins>},
    {"rejected",
     {"tickweir_feed_logins_rejected_total", "Logins rejected"},
     of_soup<&SoupReport::rejected>},
    {"disconnects",
     {"tickweir_feed_disconnects_total", "Connections that ended before the session did"},
     of_soup<&SoupReport::disconnects>},
    {"faults",
     {"tickweir_feed_faults_total", "Connections ended for the server's faults or silence"},
     of_soup<&SoupReport::faults>},
    {"repeated",
     {"tickweir_feed_repeated_total", "Messages sent again that were there already"},
     of_soup<&SoupReport::repeated>},
    {"unsequenced",
     {"tickweir_feed_unsequenced_total", "Messages without a number, which are left out"},
     of_soup<&SoupReport::unsequenced>},
};

template <auto Member>
std::uint64_t of_json(const FeedReport& report) {
    return report.json.*Member;
}

constexpr Feed json[]{
    {"connections",
     {"tickweir_feed_connections", "Connections of a feed that are open now"},
     of_json<&JsonReport::connections>,
     true},
    {"connects",
     {"tickweir_feed_connects_total", "Attempts to connect"},
     of_json<&JsonReport::connects>},
    {"disconnects",
     {"tickweir_feed_disconnects_total", "Connections that ended before the session did"},
     of_json<&JsonReport::disconnects>},
    {"planned",
     {"tickweir_feed_planned_reconnects_total", "Connections ended for their age or on request"},
     of_json<&JsonReport::planned>},
    {"silences",
     {"tickweir_feed_silences_total", "Connections ended for the venue's silence"},
     of_json<&JsonReport::silences>},
    {"streams",
     {"tickweir_feed_streams", "Streams subscribed to now"},
     of_json<&JsonReport::streams>,
     true},
    {"refused",
     {"tickweir_feed_streams_refused", "Streams that the venue refuses now"},
     of_json<&JsonReport::refused>,
     true},
    {"resubscribes",
     {"tickweir_feed_resubscribes_total", "Books subscribed to again"},
     of_json<&JsonReport::resubscribes>},
    {"pings", {"tickweir_feed_pings_total", "Pings sent"}, of_json<&JsonReport::pings>},
    {"sent", {"tickweir_feed_sent_total", "Frames sent to a venue"}, of_json<&JsonReport::sent>},
    {"snapshots_asked",
     {"tickweir_feed_snapshots_asked_total", "Snapshots asked for over HTTP"},
     of_json<&JsonReport::snapshots_asked>},
    {"snapshots_taken",
     {"tickweir_feed_snapshots_taken_total", "Snapshots that came over HTTP"},
     of_json<&JsonReport::snapshots_taken>},
    {"snapshots_failed",
     {"tickweir_feed_snapshots_failed_total", "Snapshots that did not come"},
     of_json<&JsonReport::snapshots_failed>},
    {"snapshots_throttled",
     {"tickweir_feed_snapshots_throttled_total", "Snapshots refused for having asked too often"},
     of_json<&JsonReport::snapshots_throttled>},
};

constexpr Line lines[]{
    {"packets",
     {"tickweir_feed_packets_total", "Packets received at a line"},
     of_line<&LineReport::packets>},
    {"first",
     {"tickweir_feed_first_copies_total", "Messages that a line brought first"},
     of_line<&LineReport::first>},
    {"kernel_drops",
     {"tickweir_feed_kernel_drops_total", "Packets that found a line's buffer full"},
     of_line<&LineReport::kernel_drops>},
};

}  // namespace

std::span<const Feed> common_counts() {
    return common;
}

std::span<const Feed> counts_of(FeedKind kind) {
    switch (kind) {
        case FeedKind::capture:
            return {};
        case FeedKind::itch_mold:
            return mold;
        case FeedKind::itch_soup:
            return soup;
        case FeedKind::json:
            return json;
    }
    return {};
}

std::span<const Line> line_counts() {
    return lines;
}

std::string_view line_name(std::size_t line) {
    constexpr std::array<std::string_view, MoldReport::lines_max> names{"A", "B"};
    return names[line];
}

}  // namespace tickweir::gateway
