#include "gateway/commands/http_client.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <memory>
#include <system_error>
#include <utility>

#include "gateway/commands/http_answer_reader.hpp"

namespace tickweir::gateway {
namespace {

using Clock = std::chrono::steady_clock;

std::string error_text(int error) {
    return std::generic_category().message(error);
}

HttpFailure cannot_connect(std::string reason) {
    return {HttpFailure::Kind::cannot_connect, std::move(reason)};
}

HttpFailure failed(std::string reason) {
    return {HttpFailure::Kind::failed, std::move(reason)};
}

class Socket {
public:
    explicit Socket(int fd = -1) : fd_{fd} {}
    Socket(Socket&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Socket& operator=(Socket&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~Socket() {
        if (fd_ >= 0) ::close(fd_);
    }
    int fd() const { return fd_; }

private:
    int fd_;
};

/// 0, or the error: ETIMEDOUT when the deadline passes first.
int wait_for(int fd, short events, Clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) return ETIMEDOUT;
        pollfd watched{fd, events, 0};
        const int ready =
            ::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left.count(), 3'600'000)));
        if (ready > 0) return 0;
        if (ready < 0 && errno != EINTR) return errno;
    }
}

/// 0, or why the address cannot be reached.
int connect_to(const addrinfo& address, Clock::time_point deadline, Socket& connected) {
    Socket made{::socket(address.ai_family, address.ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
                         address.ai_protocol)};
    if (made.fd() < 0) return errno;
    if (::connect(made.fd(), address.ai_addr, address.ai_addrlen) != 0) {
        if (errno != EINPROGRESS) return errno;
        if (const int error = wait_for(made.fd(), POLLOUT, deadline); error != 0) return error;
        int error = 0;
        socklen_t length = sizeof error;
        if (::getsockopt(made.fd(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
        if (error != 0) return error;
    }
    connected = std::move(made);
    return 0;
}

std::string text_of(const HttpServer& server) {
    const bool has_colon = server.host.find(':') != server.host.npos;
    return (has_colon ? '[' + server.host + ']' : server.host) + ':' + server.port;
}

std::variant<Socket, HttpFailure> connect_to(const HttpServer& server, Clock::time_point deadline) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int resolved = ::getaddrinfo(server.host.c_str(), server.port.c_str(), &hints, &found);
    if (resolved != 0)
        return cannot_connect("cannot resolve '" + server.host + "': " + ::gai_strerror(resolved));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses{found, &::freeaddrinfo};
    int error = 0;
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        Socket socket;
        error = connect_to(*address, deadline, socket);
        if (error == 0) return socket;
    }
    return cannot_connect("cannot connect to " + text_of(server) + ": " + error_text(error));
}

std::optional<HttpFailure> send_all(const Socket& socket, std::string_view bytes,
                                    Clock::time_point deadline) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(sent));
            continue;
        }
        int error = errno;
        if (error == EAGAIN) error = wait_for(socket.fd(), POLLOUT, deadline);
        if (error != 0 && error != EINTR)
            return failed("cannot send the question: " + error_text(error));
    }
    return std::nullopt;
}

std::variant<HttpReply, HttpFailure> receive(const Socket& socket, Clock::time_point deadline) {
    HttpAnswerReader answer;
    std::array<char, 65'536> buffer;
    for (auto state = HttpAnswerReader::State::unfinished;;) {
        const ssize_t got = ::recv(socket.fd(), buffer.data(), buffer.size(), 0);
        if (got > 0) state = answer.on_bytes({buffer.data(), static_cast<std::size_t>(got)});
        if (got == 0) state = answer.on_end();
        int error = got < 0 ? errno : 0;
        if (error == EAGAIN) error = wait_for(socket.fd(), POLLIN, deadline);
        if (error != 0 && error != EINTR)
            return failed("cannot read the answer: " + error_text(error));
        if (state == HttpAnswerReader::State::finished)
            return HttpReply{answer.status(), answer.body()};
        if (state == HttpAnswerReader::State::refused) return failed(answer.reason());
        // A peer that sends a byte now and then must not hold us for ever.
        if (Clock::now() >= deadline)
            return failed("cannot read the answer: " + error_text(ETIMEDOUT));
    }
}

/// `question` has the request line, and the fields that go with its method.
std::variant<HttpReply, HttpFailure> ask(const HttpServer& server, std::string question,
                                         const std::optional<std::string>& key,
                                         std::chrono::milliseconds timeout) {
    const Clock::time_point deadline = Clock::now() + timeout;
    auto connected = connect_to(server, deadline);
    if (auto* failure = std::get_if<HttpFailure>(&connected)) return std::move(*failure);
    const Socket& socket = std::get<Socket>(connected);
    question +=
        "Host: " + text_of(server) + "\r\nAccept: application/json\r\nConnection: close\r\n";
    if (key) question += "Authorization: Bearer " + *key + "\r\n";
    question += "\r\n";
    if (auto failure = send_all(socket, question, deadline)) return std::move(*failure);
    return receive(socket, deadline);
}

bool is_host_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

bool is_address_character(char c) {
    return is_host_character(c) || c == ':' || c == '%';
}

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size() && port != 0;
}

}  // namespace

std::variant<HttpServer, std::string> parse_server_url(std::string_view url) {
    const auto wrong = [url](std::string_view why) {
        return "URL '" + std::string{url} + "': " + std::string{why};
    };
    constexpr std::string_view scheme = "http://";
    if (url.starts_with("https://")) return wrong("only http is spoken, not https");
    if (!url.starts_with(scheme)) return wrong("it does not begin with http://");
    std::string_view rest = url.substr(scheme.size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    const bool is_address = rest.starts_with('[');
    const std::size_t host_end =
        is_address ? rest.find(']') : std::min(rest.find(':'), rest.size());
    if (host_end == rest.npos) return wrong("the address has no ']'");
    HttpServer server;
    server.host = rest.substr(is_address ? 1 : 0, host_end - (is_address ? 1 : 0));
    rest.remove_prefix(host_end + (is_address ? 1 : 0));
    if (server.host.empty() ||
        !std::ranges::all_of(server.host, is_address ? is_address_character : is_host_character))
        return wrong("what stands for the host is no name or address");
    if (rest.empty()) return server;
    if (rest[0] != ':' || !is_port(rest.substr(1)))
        return wrong("a port from 1 to 65535 has to follow the host, and nothing else");
    server.port = rest.substr(1);
    return server;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (is_host_character(c) || c == '~')
            out += c;
        else
            out += {'%', digits[byte >> 4], digits[byte & 15]};
    }
    return out;
}

std::variant<HttpReply, HttpFailure> http_get(const HttpServer& server, std::string_view target,
                                              const std::optional<std::string>& key,
                                              std::chrono::milliseconds timeout) {
    return ask(server, "GET " + std::string{target} + " HTTP/1.1\r\n", key, timeout);
}

std::variant<HttpReply, HttpFailure> http_post(const HttpServer& server, std::string_view target,
                                               const std::optional<std::string>& key,
                                               std::chrono::milliseconds timeout) {
    return ask(server, "POST " + std::string{target} + " HTTP/1.1\r\nContent-Length: 0\r\n", key,
               timeout);
}

}  // namespace tickweir::gateway
