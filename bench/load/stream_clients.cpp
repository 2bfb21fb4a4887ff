#include "bench/load/stream_clients.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <system_error>

namespace tickweir::bench {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 20;

[[noreturn]] void fail(const std::string& what) {
    throw std::runtime_error{what + ": " + std::generic_category().message(errno)};
}

void send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) fail("send");
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

/// The bytes of the frame that `bytes` begins with, header included; 0: too short to tell.
std::uint64_t frame_bytes(std::string_view bytes) {
    if (bytes.size() < 2) return 0;
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(bytes[i]); };
    const std::uint64_t length = at(1) & 0x7fU;
    if (length < 126) return 2 + length;
    const std::size_t header = length == 126 ? 4 : 10;
    if (bytes.size() < header) return 0;
    std::uint64_t payload = 0;
    for (std::size_t i = 2; i < header; ++i)
        payload = payload << 8U | at(i);
    return header + payload;
}

std::string_view payload_of(std::string_view frame) {
    const std::uint8_t length = static_cast<std::uint8_t>(frame[1]) & 0x7fU;
    return frame.substr(length < 126 ? 2 : length == 126 ? 4 : 10);
}

/// The number behind `key`, which `text` has to begin with; it is taken off with them.
std::optional<std::uint64_t> take_number(std::string_view& text, std::string_view key) {
    if (!text.starts_with(key)) return std::nullopt;
    std::uint64_t number = 0;
    const char* const begin = text.data() + key.size();
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

void add(std::atomic<std::uint64_t>& total, std::uint64_t more) {
    total.fetch_add(more, std::memory_order_relaxed);
}

}  // namespace

std::string client_frame(std::string_view text) {
    std::string out{'\x81'};
    if (text.size() < 126) {
        out.push_back(static_cast<char>(0x80U | text.size()));
    } else {
        const bool small = text.size() < 65'536;
        out.push_back(static_cast<char>(small ? 0xfe : 0xff));
        for (int i = small ? 1 : 7; i >= 0; --i) {
            out.push_back(static_cast<char>(text.size() >> (8 * i)));
        }
    }
    return out.append(4, '\0').append(text);
}

std::string subscribe_request(std::string_view channel, const std::vector<std::string>& symbols,
                              unsigned conflate_ms) {
    std::string out = R"({"op":"subscribe","id":1,"channel":")";
    out.append(channel).append("\",");
    if (conflate_ms > 0) out.append("\"conflate_ms\":" + std::to_string(conflate_ms) + ",");
    out.append("\"symbols\":[");
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        out.append(i > 0 ? ",\"" : "\"").append(symbols[i]).append("\"");
    }
    return out.append("]}");
}

int connect_to(const std::string& address, std::uint16_t port) {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) fail("socket");
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    if (inet_pton(AF_INET, address.c_str(), &to.sin_addr) != 1 ||
        ::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
        ::close(fd);
        fail("connect to " + address + ":" + std::to_string(port));
    }
    const int on = 1;
    static_cast<void>(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    return fd;
}

StreamClients::StreamClients(const StreamLoad& load, StreamTotals& totals)
    : load_{load},
      totals_{totals},
      epoll_{::epoll_create1(EPOLL_CLOEXEC)},
      clients_(load.clients),
      buffer_(buffer_bytes) {
    if (epoll_ < 0) fail("epoll_create1");
    for (std::size_t i = 0; i < clients_.size(); ++i)
        open_client(i);
}

StreamClients::~StreamClients() {
    for (Client& client : clients_) {
        if (client.fd >= 0) ::close(client.fd);
    }
    ::close(epoll_);
}

void StreamClients::open_client(std::size_t index) {
    Client& client = clients_[index];
    client.fd = connect_to(load_.address, load_.port);
    const std::string request = load_.request ? load_.request(index) : std::string{};
    if (load_.handshake) {
        send_all(
            client.fd,
            "GET /v1/stream HTTP/1.1\r\nHost: " + load_.address +
                "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
                (request.empty() ? std::string{} : client_frame(request)));
    } else {
        client.open = true;
    }
    if (request.empty() && client.open) add(totals_.ready, 1);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &event) != 0) fail("epoll_ctl");
}

void StreamClients::poll(int timeout_ms) {
    std::array<epoll_event, 256> events;
    const int ready =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
    for (int i = 0; i < ready; ++i)
        read(clients_[events[static_cast<std::size_t>(i)].data.u64]);
}

void StreamClients::run() {
    while (!totals_.stop.load(std::memory_order_relaxed))
        poll(20);
}

void run_clients(const StreamLoad& load, StreamTotals& totals) {
    StreamClients clients{load, totals};
    clients.run();
}

void StreamClients::drop(Client& client) {
    ::close(client.fd);
    client.fd = -1;
    add(totals_.closed, 1);
}

/// As every WebSocket does: a close without a code, masked with zeros.
void StreamClients::answer_close(Client& client) {
    constexpr std::string_view close{"\x88\x80\0\0\0\0", 6};
    static_cast<void>(::send(client.fd, close.data(), close.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
    drop(client);
}

void StreamClients::read(Client& client) {
    if (client.fd < 0) return;
    const std::size_t kept = client.part.size();
    if (buffer_.size() < kept + buffer_bytes) buffer_.resize(kept + buffer_bytes);
    std::memcpy(buffer_.data(), client.part.data(), kept);
    const ssize_t got = ::recv(client.fd, buffer_.data() + kept, buffer_bytes, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return drop(client);
    add(totals_.reads, 1);
    std::string_view bytes{buffer_.data(), kept + static_cast<std::size_t>(got)};
    if (client.open || take_handshake(client, bytes)) {
        bytes.remove_prefix(take_frames(client, bytes));
    }
    if (client.told_to_close) return answer_close(client);
    client.part.assign(bytes);
}

bool StreamClients::take_handshake(Client& client, std::string_view& bytes) {
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) return false;
    if (!bytes.starts_with("HTTP/1.1 101 ")) {
        throw std::runtime_error{"no upgrade: " + std::string{bytes.substr(0, end)}};
    }
    client.open = true;
    if (!load_.request) add(totals_.ready, 1);
    bytes.remove_prefix(end + 4);
    return true;
}

std::size_t StreamClients::take_frames(Client& client, std::string_view bytes) {
    std::uint64_t frames = 0;
    std::size_t at = 0;
    for (;;) {
        const std::string_view rest = bytes.substr(at);
        const std::uint64_t length = frame_bytes(rest);
        if (length == 0 || length > rest.size()) break;
        if (rest[0] == '\x81') {
            ++frames;
            const std::string_view text = payload_of(rest.substr(0, length));
            if (load_.verify) check(client, text);
            if (text.starts_with(R"({"type":"ack")")) add(totals_.ready, 1);
        }
        client.told_to_close |= rest[0] == '\x88';
        at += length;
    }
    add(totals_.frames, frames);
    add(totals_.bytes, at);
    return at;
}

/// Messages of a stream begin alike: the type, what names the stream, prev where there is one, seq.
void StreamClients::check(Client& client, std::string_view text) {
    text.remove_prefix(text.find(',') + 1);
    if (!text.starts_with(R"("channel":)")) return;
    std::size_t name = 0;
    for (int part = 0; part < 3; ++part)  // channel, venue, symbol
        name = text.find(',', name) + 1;
    const std::string_view key = text.substr(0, name);
    text.remove_prefix(name);
    const auto prev = take_number(text, R"("prev":)");
    const auto seq = take_number(text, prev ? R"(,"seq":)" : R"("seq":)");
    if (!seq) return;
    auto stream = streams_.find(key);
    if (stream == streams_.end()) {
        stream = streams_.emplace(std::string{key}, streams_.size()).first;
    }
    if (client.seqs.size() <= stream->second) client.seqs.resize(streams_.size());
    std::uint64_t& last = client.seqs[stream->second];
    if (prev && *prev != last) add(totals_.broken, 1);
    if (prev && *seq > *prev + 1) add(totals_.conflated, 1);
    last = *seq;
}

}  // namespace tickweir::bench
