// A capture published as a live feed: MoldUDP64 on one or two lines, a server for requests, and
// SoupBinTCP. One role that owns all its parts and sockets; sessions follow one another.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "gateway/play/datagram_batch.hpp"
#include "gateway/play/feed_line.hpp"
#include "gateway/play/message_archive.hpp"
#include "gateway/play/mold_stream.hpp"
#include "gateway/play/paced_capture.hpp"
#include "gateway/play/published_session.hpp"
#include "gateway/play/rerequest_port.hpp"
#include "gateway/play/soup_server.hpp"
#include "gateway/play/stalls.hpp"
#include "gateway/play/udp_sockets.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/runtime/role.hpp"

namespace tickweir::gateway {

struct PublisherOptions {
    std::filesystem::path capture;
    std::optional<replay::CaptureFormat> format = std::nullopt;
    PublishPace pace;
    bool loop = false;
    std::optional<std::string> session;  ///< its name; none: made from the time
    std::chrono::nanoseconds start_delay{0};
    /// How long ends of sessions are told and requests answered when all is published.
    std::chrono::nanoseconds linger{std::chrono::seconds{3}};

    std::vector<LineSocketOptions> lines;  ///< A, or A and B, or none
    LineFaults faults;                     ///< of every line, drawn for each
    std::chrono::nanoseconds line_b_delay{0};
    std::uint64_t seed = 1;                   ///< of all faults
    std::chrono::nanoseconds stall_every{0};  ///< 0: never
    std::chrono::nanoseconds stall_length{0};

    std::optional<UdpAddress> requests;  ///< where they come in
    RerequestLimits request_limits;
    RerequestFaults request_faults;
    std::optional<UdpAddress> soup;  ///< where SoupBinTCP clients connect
    SoupAccess soup_access;
    ArchiveLimits archive;
};

/// What was done so far.
struct PublisherReport {
    std::uint64_t sessions = 0;       ///< begun
    std::uint64_t messages = 0;       ///< published
    std::uint64_t bytes = 0;          ///< of them
    std::uint64_t too_long = 0;       ///< messages left out, for they fit no datagram
    std::uint64_t capture_lost = 0;   ///< messages the capture lacks
    std::uint64_t packets = 0;        ///< handed to the kernel, copies included
    std::uint64_t send_failures = 0;  ///< packets that the kernel refused
    std::uint64_t evicted = 0;        ///< packets that waited until the archive lost them
    FeedLineCounts lines;             ///< of all lines together
    RerequestCounts requests;
    std::uint64_t answers_unsent = 0;  ///< packets of answers that the kernel refused
    SoupCounts soup;
};

class Publisher final : public Role {
public:
    /// Opens the capture and all sockets; throws std::runtime_error with a line that says what is
    /// wrong with which. `reactor` must outlive this.
    Publisher(PublisherOptions options, Reactor& reactor, book::TimeNs now);
    ~Publisher() override;

    std::string_view name() const override { return "publish"; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override { return false; }
    std::optional<book::TimeNs> next_due() const override { return due_; }

    /// Publishes nothing more, tells the end of the session and lets clients fetch what they lack
    /// for a moment; a second call leaves that out.
    void stop(book::TimeNs now) override;
    /// All is done: published, told and fetched, or stopped.
    bool stopped() const override { return phase_ == Phase::done; }

    std::string session() const { return std::string{session_.view()}; }
    std::optional<UdpAddress> request_address() const;
    std::optional<UdpAddress> soup_address() const;
    PublisherReport report() const;
    /// Why a capture ended early, or could not be opened again; empty: nothing did.
    const std::string& trouble() const { return trouble_; }
    /// Whether that was in the capture's bytes: all before it was published.
    bool damaged() const { return damaged_; }
    /// The first reason for which the kernel refused a packet; empty: it refused none.
    const std::string& send_trouble() const { return send_trouble_; }

    /// How far the capture is; none between two readings.
    const PacedCapture* capture() const { return capture_ ? &*capture_ : nullptr; }

private:
    enum class Phase : std::uint8_t { playing, ending, done };
    struct Line {
        FeedLine queue;
        Descriptor socket;
        UdpAddress to;
        std::optional<book::TimeNs> retry_at;  // the kernel takes nothing before
    };

    std::string session_name(book::TimeNs now);
    void begin_session(book::TimeNs now);
    bool read_capture(book::TimeNs now);
    bool pack(book::TimeNs now);
    bool flush(Line& line, book::TimeNs now);
    void settle(Line& line, const SendResult& result, book::TimeNs now);
    bool finish_session(book::TimeNs now);
    bool next_round(book::TimeNs now);
    std::optional<book::TimeNs> earliest_due(book::TimeNs now) const;
    PublishedSession published() const;
    bool lines_ready() const;
    std::uint64_t unsent_bytes_max() const;
    void end_reading(book::TimeNs now, std::chrono::nanoseconds linger);
    void count_reading();

    PublisherOptions options_;
    std::optional<PacedCapture> capture_;
    MessageArchive archive_;
    MoldStream stream_;
    Stalls stalls_;
    std::vector<Line> lines_;
    DatagramBatch batch_;
    std::unique_ptr<RerequestPort> requests_;
    std::unique_ptr<SoupServer> soup_;

    Phase phase_ = Phase::playing;
    codecs::Alpha<10> session_;
    std::uint64_t session_number_ = 0;
    book::TimeNs start_at_;
    bool capture_goes_on_ = false;            // with another session
    std::uint64_t default_name_ = 0;          // of the session, where none is given
    std::optional<book::TimeNs> read_due_;    // of the capture's next message
    std::optional<book::TimeNs> give_up_at_;  // on clients that still fetch
    bool stopping_ = false;
    std::optional<book::TimeNs> due_;
    PublisherReport report_;  // parts' own counts are added when asked
    std::string trouble_;
    bool damaged_ = false;
    std::string send_trouble_;
};

}  // namespace tickweir::gateway
