// A live MoldUDP64 feed: takes the packets of one or two lines and the answers of re-request
// servers from their sockets, puts them into sequence, and gives what is in sequence to the market
// shards. While a shard has no room it reads nothing: the kernel's buffers hold the rest, and what
// finds those full is a gap like any other.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "codecs/mold/receiver.hpp"
#include "gateway/commands/session_clock.hpp"
#include "gateway/feeds/feed_health.hpp"
#include "gateway/live/packet_source.hpp"
#include "gateway/live/udp_socket.hpp"
#include "gateway/market/feed.hpp"
#include "gateway/market/feed_output.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/record/tap.hpp"
#include "gateway/runtime/reactor.hpp"

namespace tickweir::gateway {

/// Where a copy of the stream is received.
struct MoldLine {
    UdpAddress address;
    std::optional<Ipv4> interface;  ///< of a multicast group; none: the system chooses
};

struct MoldFeedOptions {
    std::string name;             ///< of the feed, in status and log
    std::vector<MoldLine> lines;  ///< one or two
    std::vector<UdpAddress> servers;
    std::size_t receive_buffer_bytes = 16U << 20;  ///< of the kernel, a line
    std::size_t batch = 64;                        ///< packets of a source and turn
    codecs::mold::ReceiverLimits receiver;         ///< its lines and servers follow from the above
    std::string timezone = "America/New_York";     ///< that the messages' midnight is in
    std::chrono::milliseconds stale_after{5'000};  ///< silence longer than this; 0: never
};

class MoldFeed final : public Feed {
public:
    /// Opens the sockets; throws std::runtime_error with a line that names the feed, the address
    /// and what is wrong. Everything given by reference must outlive it.
    MoldFeed(MoldFeedOptions options, std::vector<MarketInput> shards, Reactor& reactor,
             Metrics& metrics, book::TimeNs now, RecordTap* tap = nullptr);

    std::string_view name() const override { return options_.name; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override;
    bool stopped() const override { return stopped_; }

    const FeedReportCell& status() const override { return status_; }

    /// Where a line is received, with the port it got.
    const UdpAddress& line_address(std::size_t line) const { return lines_[line].address(); }

private:
    UdpSocket open(const UdpSocketOptions& options) const;
    void watch_sockets();
    PacketSource* earliest();
    bool take_packets(book::TimeNs now);
    void take(PacketSource& source, const Datagram& datagram);
    bool give(PacketSource& source, const Datagram& datagram);
    void record(const UdpAddress& to, const Datagram& datagram);
    bool pass_time(book::TimeNs now);

    bool settle();
    bool tell(const codecs::mold::Event& event);
    bool tell_mark(FeedRecordKind kind);
    bool tell_messages(const codecs::mold::Event& event);
    void begin_session(const codecs::mold::Event& event);
    void on_frozen();
    void on_live();
    void on_lost(const codecs::mold::Event& event);
    void on_filled(const codecs::mold::Event& event);
    void heard();
    void doubt();
    bool recover();
    void send_requests();

    void wait(book::TimeNs now);
    void pause(bool paused);
    bool hand_over();
    void publish_status();
    bool silent() const { return health_.state() == FeedState::stale; }
    bool ended() const { return health_.state() == FeedState::ended; }

    MoldFeedOptions options_;
    FeedOutput output_;
    SessionClock clock_;
    codecs::mold::Receiver receiver_;
    FeedHealth health_;
    FeedReportCell status_;
    FeedReport counts_;
    LatencyHistogram& recovery_;
    RecordTap* tap_;

    std::vector<UdpSocket> lines_;
    std::optional<RequestSocket> requests_;               // if there are servers
    std::vector<std::unique_ptr<PacketSource>> sources_;  // of the lines, then of the answers

    book::TimeNs time_{};                     // of what is being taken
    FramesSent sent_;                         // of the event in hand
    std::optional<FeedRecordKind> mark_;      // to be told before anything else
    bool heard_ = false;                      // the stream gave a sign of life
    bool filled_ = false;                     // a hole was
    bool doubted_ = false;                    // the shards take the books for old or incomplete
    bool lost_ = false;                       // messages of this session, for good
    std::uint64_t beginnings_lost_ = 0;       // of sessions
    bool changed_ = false;                    // in this turn
    std::optional<book::TimeNs> look_again_;  // at a full ring
    bool stopped_ = false;
};

}  // namespace tickweir::gateway
