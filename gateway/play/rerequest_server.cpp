#include "gateway/play/rerequest_server.hpp"

#include <algorithm>

namespace tickweir::gateway {
namespace {

constexpr std::size_t client_slots = 4096;

RerequestLimits bounded(RerequestLimits limits) {
    limits.packets_per_request = std::max(limits.packets_per_request, 1U);
    limits.client_packets_per_s = std::clamp(limits.client_packets_per_s, 1U, 1'000'000'000U);
    limits.packets_per_s = std::clamp(limits.packets_per_s, 1U, 1'000'000'000U);
    return limits;
}

}  // namespace

std::string_view to_string(RerequestStatus status) {
    switch (status) {
        case RerequestStatus::accepted:
            return "accepted";
        case RerequestStatus::malformed:
            return "malformed";
        case RerequestStatus::nothing_wanted:
            return "nothing_wanted";
        case RerequestStatus::unknown_session:
            return "unknown_session";
        case RerequestStatus::not_yet:
            return "not_yet";
        case RerequestStatus::too_old:
            return "too_old";
        case RerequestStatus::client_limit:
            return "client_limit";
        case RerequestStatus::total_limit:
            return "total_limit";
        case RerequestStatus::muted:
            return "muted";
    }
    return "?";
}

RerequestServer::RerequestServer(const RerequestLimits& limits, const RerequestFaults& faults)
    : limits_{bounded(limits)}, faults_{faults}, random_{faults.seed}, clients_(client_slots) {}

RerequestStatus RerequestServer::on_request(codecs::Bytes datagram, const UdpAddress& from,
                                            const codecs::Alpha<10>& session,
                                            const MessageArchive& archive, std::uint64_t published,
                                            book::TimeNs now) {
    const RerequestStatus status = judge(datagram, from, session, archive, published, now);
    ++counts_.requests[static_cast<std::size_t>(status)];
    return status;
}

RerequestStatus RerequestServer::judge(codecs::Bytes datagram, const UdpAddress& from,
                                       const codecs::Alpha<10>& session,
                                       const MessageArchive& archive, std::uint64_t published,
                                       book::TimeNs now) {
    using enum RerequestStatus;
    const auto request = codecs::mold::read_request(datagram);
    if (!request || request->sequence == 0) return malformed;
    if (request->session != session) return unknown_session;
    if (request->count == 0) return nothing_wanted;
    if (request->sequence >= published) return not_yet;
    if (faults_.mute) return muted;
    const auto place = archive.find(request->sequence);
    if (!place) return too_old;
    Client& client = client_of(from);
    if (client.answers >= limits_.answers_per_client ||
        !client.allowance.granted(now, limits_.client_packets_per_s, limits_.client_burst_packets))
        return client_limit;
    if (pending_.size() >= limits_.answers_max ||
        !allowance_.granted(now, limits_.packets_per_s, limits_.burst_packets))
        return total_limit;
    ++client.answers;
    const std::uint64_t there = published - request->sequence;
    pending_.push_back({*place, std::min<std::uint64_t>(request->count, there),
                        limits_.packets_per_request, from});
    return accepted;
}

std::optional<RerequestServer::Answer> RerequestServer::next(const MessageArchive& archive,
                                                             book::TimeNs now) {
    while (!pending_.empty()) {
        Pending answer = pending_.front();
        pending_.pop_front();
        Client& client = client_of(answer.to);
        if (!archive.holds(answer.place)) {
            ++counts_.too_old;
            --client.answers;
            continue;
        }
        const ArchiveRun run = archive.run(answer.place, packet_frames_bytes_max, answer.messages);
        client.allowance.charge(now, limits_.client_packets_per_s, 1);
        allowance_.charge(now, limits_.packets_per_s, 1);
        answer.place = run.end();
        answer.messages -= run.count;
        if (--answer.packets != 0 && answer.messages != 0)
            pending_.push_back(answer);
        else
            --client.answers;
        if (happens(random_, faults_.loss)) {
            ++counts_.lost;
            continue;
        }
        ++counts_.packets;
        counts_.messages += run.count;
        return Answer{packet_of(run), answer.to};
    }
    return std::nullopt;
}

void RerequestServer::clear() {
    for (const Pending& answer : pending_)
        --client_of(answer.to).answers;
    pending_.clear();
}

RerequestServer::Client& RerequestServer::client_of(const UdpAddress& address) {
    return clients_[(address.ip.number * 0x9e37'79b1U) >> 20];
}

}  // namespace tickweir::gateway
