#include "bench/mold_sender.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "codecs/itch/framing.hpp"
#include "gateway/play/udp_sockets.hpp"
#include "replay/simulator.hpp"

namespace tickweir::bench {
namespace {

using codecs::mold::Header;

constexpr std::size_t time_offset = 5;  // of an ITCH message: behind type, locate and tracking

codecs::Alpha<10> session() {
    return codecs::Alpha<10>{"BENCH"};
}

[[noreturn]] void fail(const char* what) {
    std::fprintf(stderr, "mold_sender: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

}  // namespace

std::int64_t wall_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

PackedDay::PackedDay(std::uint64_t messages, std::uint32_t instruments, unsigned per_packet)
    : per_packet_{per_packet} {
    replay::SimulatorOptions options;
    options.seed = 7;
    options.instruments = instruments;
    options.messages = messages;
    auto market = replay::Simulator::create(options);
    if (!market) {
        std::fprintf(stderr, "mold_sender: %s\n", market.error().c_str());
        std::exit(1);
    }
    bytes_.reserve(messages * 34);
    starts_.push_back(0);
    unsigned in_packet = 0;
    const auto close = [&] {
        const Header head{session(), messages_ - in_packet + 1,
                          static_cast<std::uint16_t>(in_packet)};
        std::memcpy(bytes_.data() + starts_.back(), &head, sizeof head);
        starts_.push_back(bytes_.size());
        in_packet = 0;
    };
    for (codecs::Bytes message = market->next(); !message.empty(); message = market->next()) {
        if (in_packet == 0) bytes_.resize(bytes_.size() + sizeof(Header));
        const codecs::be16 length{static_cast<std::uint16_t>(message.size())};
        const auto* const head = reinterpret_cast<const std::byte*>(&length);
        bytes_.insert(bytes_.end(), head, head + sizeof length);
        bytes_.insert(bytes_.end(), message.begin(), message.end());
        ++messages_;
        if (++in_packet == per_packet) close();
    }
    if (in_packet != 0) close();
}

std::uint64_t PackedDay::first_sequence(std::size_t i) const {
    return std::uint64_t{i} * per_packet_ + 1;
}

std::uint32_t PackedDay::messages_of(std::size_t i) const {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(per_packet_, messages_ - std::uint64_t{i} * per_packet_));
}

std::size_t PackedDay::packet_of(std::uint64_t sequence) const {
    return (sequence - 1) / per_packet_;
}

void PackedDay::stamp(std::size_t i, std::uint64_t since_midnight_ns) {
    const codecs::be48 time{since_midnight_ns};
    std::byte* at = bytes_.data() + starts_[i] + sizeof(Header);
    const std::byte* const end = bytes_.data() + starts_[i + 1];
    while (at < end) {
        const std::uint16_t length = codecs::read<codecs::be16>(at);
        std::memcpy(at + sizeof(codecs::be16) + time_offset, &time, sizeof time);
        at += sizeof(codecs::be16) + length;
    }
}

MoldSender::MoldSender() {
    auto requests = gateway::open_request_socket({.ip = gateway::ipv4_loopback, .port = 0});
    if (!requests) fail(requests.error().c_str());
    requests_ = std::move(requests->socket);
    requests_address_ = requests->address;
}

void MoldSender::connect(const gateway::UdpAddress& to) {
    auto line = gateway::open_line_socket({.to = to});
    if (!line) fail(line.error().c_str());
    line_ = std::move(*line);
    const sockaddr_in address = gateway::to_sockaddr(to);
    if (::connect(line_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        fail("connect");
}

SendReport MoldSender::send(PackedDay& day, const SendPlan& plan) {
    SendReport report;
    const std::int64_t begun = wall_ns();
    std::uint64_t sent = 0;
    for (std::size_t i = plan.first; i < plan.last; ++i) {
        std::int64_t due = begun;
        if (plan.messages_per_second != 0)
            due += static_cast<std::int64_t>(static_cast<double>(sent) * 1e9 /
                                             static_cast<double>(plan.messages_per_second));
        if (plan.stamp_midnight_ns != 0)
            day.stamp(i, static_cast<std::uint64_t>(due - plan.stamp_midnight_ns));
        std::int64_t now = wall_ns();
        for (; now < due; now = wall_ns())
            if (plan.drop_one_in != 0) answer_requests(day, i);
        if (plan.messages_per_second != 0 && now - due > 100'000) ++report.late;
        sent += day.messages_of(i);
        if (plan.drop_one_in != 0 && i % plan.drop_one_in == plan.drop_one_in / 2) {
            ++report.dropped;
            continue;
        }
        const codecs::Bytes packet = day.packet(i);
        while (::send(line_.get(), packet.data(), packet.size(), 0) < 0)
            if (errno != EAGAIN && errno != ENOBUFS && errno != EINTR && errno != ECONNREFUSED)
                fail("send");
    }
    report.seconds = static_cast<double>(wall_ns() - begun) * 1e-9;
    return report;
}

void MoldSender::answer(PackedDay& day, std::size_t sent) {
    answer_requests(day, sent);
    const Header heartbeat{session(), day.first_sequence(sent - 1) + day.messages_of(sent - 1), 0};
    static_cast<void>(::send(line_.get(), &heartbeat, sizeof heartbeat, 0));
}

void MoldSender::answer_requests(PackedDay& day, std::size_t sent) {
    std::array<std::byte, sizeof(codecs::mold::Request)> bytes;
    sockaddr_in from{};
    socklen_t from_bytes = sizeof from;
    for (;;) {
        const ssize_t got = ::recvfrom(requests_.get(), bytes.data(), bytes.size(), MSG_DONTWAIT,
                                       reinterpret_cast<sockaddr*>(&from), &from_bytes);
        if (got < 0) return;
        const auto request =
            codecs::mold::read_request({bytes.data(), static_cast<std::size_t>(got)});
        if (!request) continue;
        const std::uint64_t first = request->sequence;
        const std::uint64_t end = first + request->count;
        for (std::size_t i = day.packet_of(first); i < sent && day.first_sequence(i) < end; ++i) {
            const codecs::Bytes packet = day.packet(i);
            static_cast<void>(::sendto(requests_.get(), packet.data(), packet.size(), 0,
                                       reinterpret_cast<const sockaddr*>(&from), from_bytes));
        }
    }
}

}  // namespace tickweir::bench
