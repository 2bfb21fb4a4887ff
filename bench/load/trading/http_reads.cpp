#include "bench/load/trading/http_reads.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

namespace tickweir::bench {
namespace {

struct Answered {
    unsigned status = 0;
    std::size_t body_at = 0;
    std::size_t bytes = 0;  // of the whole answer
};

/// The answer that `text` begins with, once it is whole. Ours always say their length.
std::optional<Answered> read_answer(std::string_view text) {
    constexpr std::string_view length_name = "Content-Length: ";
    const std::size_t end = text.find("\r\n\r\n");
    if (end == text.npos) return std::nullopt;
    Answered answer{.status = 0, .body_at = end + 4, .bytes = 0};
    const std::string_view head = text.substr(0, end);
    const std::size_t length_at = head.find(length_name);
    std::size_t length = 0;
    if (length_at != head.npos)
        std::from_chars(head.data() + length_at + length_name.size(), head.data() + head.size(),
                        length);
    const std::size_t blank = std::min(head.find(' '), head.size() - 1);
    std::from_chars(head.data() + blank + 1, head.data() + head.size(), answer.status);
    answer.bytes = answer.body_at + length;
    return text.size() < answer.bytes ? std::nullopt : std::optional{answer};
}

}  // namespace

class HttpReads::Connection final : public gateway::ReadyHandler {
public:
    Connection(HttpReads& all, gateway::Descriptor socket) : all_{all}, socket_{std::move(socket)} {
        if (!all_.reactor_.add(socket_.get(), *this, {}))
            throw std::runtime_error{"an HTTP connection cannot be watched"};
    }
    ~Connection() { close(); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool open() const { return socket_.open(); }

    void ask(std::string_view target, std::string_view key, OnAnswer on_answer) {
        output_.append("GET ").append(target).append(" HTTP/1.1\r\nHost: load\r\n");
        if (!key.empty()) output_.append("Authorization: Bearer ").append(key).append("\r\n");
        output_.append("\r\n");
        asked_.push_back(std::move(on_answer));
        ++all_.waiting_;
        flush();
    }

    void on_ready(bool readable, bool writable) override {
        if (writable) flush();
        if (readable) read();
    }

private:
    void flush() {
        while (socket_.open() && !output_.empty()) {
            const ssize_t sent =
                ::send(socket_.get(), output_.data(), output_.size(), MSG_NOSIGNAL);
            if (sent <= 0) break;
            output_.erase(0, static_cast<std::size_t>(sent));
        }
        const bool left = !output_.empty();
        if (!socket_.open() || left == watched_) return;
        watched_ = left;
        all_.reactor_.change(socket_.get(), *this, {.readable = true, .writable = left});
    }

    void read() {
        // Aligned for GNU ld, as that of SessionSocket.
        alignas(std::max_align_t) static thread_local std::array<char, 256 * 1024> buffer;
        const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EAGAIN) return;
        if (got <= 0) return close();
        input_.append(buffer.data(), static_cast<std::size_t>(got));
        std::size_t at = 0;
        while (!asked_.empty()) {
            const std::string_view rest = std::string_view{input_}.substr(at);
            const auto answer = read_answer(rest);
            if (!answer) break;
            at += answer->bytes;
            finish(answer->status, rest.substr(answer->body_at, answer->bytes - answer->body_at));
        }
        input_.erase(0, at);
    }

    void finish(unsigned status, std::string_view body) {
        const OnAnswer on_answer = std::move(asked_.front());
        asked_.pop_front();
        --all_.waiting_;
        on_answer(status, body);
    }

    void close() {
        if (!socket_.open()) return;
        all_.reactor_.remove(socket_.get(), *this);
        socket_ = {};
        while (!asked_.empty())
            finish(0, {});
    }

    HttpReads& all_;
    gateway::Descriptor socket_;
    std::deque<OnAnswer> asked_;
    std::string input_;
    std::string output_;
    bool watched_ = false;
};

HttpReads::HttpReads(gateway::Reactor& reactor, const FixAddress& address, std::size_t connections)
    : reactor_{reactor} {
    for (std::size_t i = 0; i < connections; ++i)
        connections_.push_back(std::make_unique<Connection>(*this, connect_socket(address)));
}

HttpReads::~HttpReads() = default;

void HttpReads::ask(std::string_view target, std::string_view key, OnAnswer on_answer) {
    for (std::size_t tried = 0; tried < connections_.size(); ++tried) {
        Connection& one = *connections_[turn_++ % connections_.size()];
        if (one.open()) return one.ask(target, key, std::move(on_answer));
    }
    on_answer(0, {});
}

}  // namespace tickweir::bench
