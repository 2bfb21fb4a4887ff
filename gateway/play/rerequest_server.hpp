// The server that a MoldUDP64 feed's receivers ask for what they missed: checks requests, limits
// them for each client and in all, and answers out of the archive a packet at a time. Pure: takes
// datagrams and the time, gives packets, owns no socket.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/mold/packet.hpp"
#include "gateway/live/udp_address.hpp"
#include "gateway/play/message_archive.hpp"
#include "gateway/play/mold_stream.hpp"
#include "gateway/play/probability.hpp"
#include "replay/simulator/random.hpp"

namespace tickweir::gateway {

struct RerequestLimits {
    /// Packets that answer one request; a client asks again for the rest.
    std::uint32_t packets_per_request = 64;
    /// Requests that are answered at the same time, one packet of each in turn.
    std::size_t answers_max = 1024;
    std::uint32_t answers_per_client = 16;
    /// Packets a second, and how many more at once after a pause; of one client (an address, with
    /// whatever ports; a few addresses may share a limit) and of all.
    std::uint32_t client_packets_per_s = 50'000;
    std::uint32_t client_burst_packets = 5'000;
    std::uint32_t packets_per_s = 150'000;
    std::uint32_t burst_packets = 10'000;
};

/// Servers that answer badly, for tests of receivers.
struct RerequestFaults {
    Probability loss{};  ///< of a packet of an answer
    bool mute = false;   ///< no request is answered
    std::uint64_t seed = 1;
};

/// What became of a request. Only those that are `accepted` are answered.
enum class RerequestStatus : std::uint8_t {
    accepted,
    malformed,        ///< not 20 bytes, or sequence number 0
    nothing_wanted,   ///< for 0 messages
    unknown_session,  ///< not the one that is published
    not_yet,          ///< from a message that was not published yet
    too_old,          ///< from a message that the archive does not keep any more
    client_limit,     ///< the client asked for too much lately, or too much at once
    total_limit,      ///< all clients together did
    muted,
};
inline constexpr std::size_t rerequest_statuses = 9;

/// The name of a status as it stands in reports.
std::string_view to_string(RerequestStatus status);

struct RerequestCounts {
    std::array<std::uint64_t, rerequest_statuses> requests{};  ///< by status
    std::uint64_t packets = 0;                                 ///< given out to be sent
    std::uint64_t messages = 0;                                ///< in them
    std::uint64_t lost = 0;                                    ///< packets lost on purpose
    std::uint64_t too_old = 0;  ///< answers broken off, for their messages fell out of the archive

    std::uint64_t of(RerequestStatus status) const {
        return requests[static_cast<std::size_t>(status)];
    }
};

/// At most so many packets a second, and a burst after a pause. What was granted may exceed the
/// burst by one request; the debt is waited for.
class PacketAllowance {
public:
    bool granted(book::TimeNs now, std::uint32_t per_s, std::uint32_t burst) const {
        return paid_until_ - now <= std::chrono::nanoseconds{ns_per_s / per_s * burst};
    }
    void charge(book::TimeNs now, std::uint32_t per_s, std::uint32_t packets) {
        if (paid_until_ < now) paid_until_ = now;
        paid_until_ += std::chrono::nanoseconds{ns_per_s / per_s * packets};
    }

private:
    static constexpr std::int64_t ns_per_s = 1'000'000'000;

    book::TimeNs paid_until_{};
};

/// One owner thread. Memory does not depend on what clients send.
class RerequestServer {
public:
    RerequestServer(const RerequestLimits& limits, const RerequestFaults& faults);

    /// Takes one datagram. `published`: sequence number of the first message that was not published
    /// yet. Constant time.
    RerequestStatus on_request(codecs::Bytes datagram, const UdpAddress& from,
                               const codecs::Alpha<10>& session, const MessageArchive& archive,
                               std::uint64_t published, book::TimeNs now);

    struct Answer {
        FeedPacket packet;
        UdpAddress to;
    };
    /// The next packet to send, if there is one. Clients take turns.
    std::optional<Answer> next(const MessageArchive& archive, book::TimeNs now);

    bool idle() const { return pending_.empty(); }
    /// Forgets what is still to be answered: the session is over.
    void clear();

    const RerequestCounts& counts() const { return counts_; }

private:
    struct Client {  // or a few of them
        PacketAllowance allowance;
        std::uint32_t answers = 0;  // that are pending
    };
    struct Pending {
        ArchivePlace place;
        std::uint64_t messages = 0;  // left of those asked for
        std::uint32_t packets = 0;   // left of those allowed
        UdpAddress to;
    };

    RerequestStatus judge(codecs::Bytes datagram, const UdpAddress& from,
                          const codecs::Alpha<10>& session, const MessageArchive& archive,
                          std::uint64_t published, book::TimeNs now);
    Client& client_of(const UdpAddress& address);

    RerequestLimits limits_;
    RerequestFaults faults_;
    replay::simulator::Random random_;
    PacketAllowance allowance_;
    std::vector<Client> clients_;  // by a hash of the address
    std::deque<Pending> pending_;
    RerequestCounts counts_;
};

}  // namespace tickweir::gateway
