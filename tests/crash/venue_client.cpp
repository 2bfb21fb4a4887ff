#include "tests/crash/venue_client.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>

namespace tickweir::tests {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int first_socket = 10;
constexpr int patience_ms = 60'000;

void require(bool holds, const char* what) {
    if (!holds) throw std::system_error{errno, std::generic_category(), what};
}

int milliseconds_until(Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, patience_ms));
}

/// What a child is to have, by the number that it is to have it by.
class Inheritance {
public:
    Inheritance() { posix_spawn_file_actions_init(&actions_); }
    Inheritance(const Inheritance&) = delete;
    Inheritance& operator=(const Inheritance&) = delete;
    ~Inheritance() {
        posix_spawn_file_actions_destroy(&actions_);
        for (const int ours : ours_)
            close(ours);
    }
    /// `ours` lies above all numbers that are given out.
    void give(int ours, int as) {
        const int high = fcntl(ours, F_DUPFD_CLOEXEC, 100);
        require(high >= 0, "dup");
        close(ours);
        ours_.push_back(high);
        posix_spawn_file_actions_adddup2(&actions_, high, as);
    }
    const posix_spawn_file_actions_t* actions() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
    std::vector<int> ours_;
};

}  // namespace

VenueProcess::VenueProcess(const std::string& program, const std::string& directory,
                           std::uint16_t shards, std::uint64_t seed) {
    Inheritance inheritance;
    int ends[2];
    require(pipe2(ends, O_CLOEXEC) == 0, "pipe");
    report_ = ends[0];
    inheritance.give(ends[1], STDOUT_FILENO);
    for (int shard = 0; shard < shards; ++shard) {
        require(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0, "socketpair");
        sockets_.push_back(ends[0]);
        require(fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0, "fcntl");
        const int bytes = 16 * 1024;  // little lies on the way when it is killed
        require(setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes) == 0, "buffer");
        inheritance.give(ends[1], first_socket + shard);
    }
    std::vector<std::string> words{program, directory, std::to_string(shards), std::to_string(seed),
                                   std::to_string(first_socket)};
    std::vector<char*> arguments;
    for (std::string& word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    errno = posix_spawn(&process_, program.c_str(), inheritance.actions(), nullptr,
                        arguments.data(), environ);
    require(errno == 0, program.c_str());
}

VenueProcess::~VenueProcess() {
    if (process_ > 0) (void)kill();
    close(report_);
    for (const int socket : sockets_)
        close(socket);
}

bool VenueProcess::wait_recovered(Clock::time_point until, Recovered& recovered) {
    std::size_t bytes = 0;
    for (;;) {
        const std::size_t line = said_.find('\n');
        if (line != std::string::npos) {
            unsigned long long lsn = 0;
            unsigned long long snapshot = 0;
            int torn = 0;
            std::size_t bad = 0;
            long long took = 0;
            if (std::sscanf(said_.c_str(),
                            "recovered %llu from %llu torn %d bad %zu us %lld bytes %zu", &lsn,
                            &snapshot, &torn, &bad, &took, &bytes) != 6)
                return false;
            if (said_.size() >= line + 1 + bytes) {
                recovered = {txn::log::Lsn{lsn},
                             txn::log::Lsn{snapshot},
                             torn != 0,
                             bad,
                             std::chrono::microseconds{took},
                             said_.substr(line + 1, bytes)};
                return true;
            }
        }
        pollfd poll_for{.fd = report_, .events = POLLIN, .revents = 0};
        if (poll(&poll_for, 1, milliseconds_until(until)) <= 0) return false;
        char buffer[65536];
        const ssize_t count = read(report_, buffer, sizeof buffer);
        if (count <= 0) return false;
        said_.append(buffer, static_cast<std::size_t>(count));
    }
}

bool VenueProcess::receive(std::size_t shard, FrameReader& from) {
    std::byte buffer[65536];
    const ssize_t count = recv(sockets_[shard], buffer, sizeof buffer, 0);
    if (count > 0) from.add(std::span{buffer}.first(static_cast<std::size_t>(count)));
    return count > 0 || (count < 0 && errno == EAGAIN);
}

bool VenueProcess::exchange(std::vector<Frame>& to, std::vector<FrameReader>& from,
                            Clock::time_point until) {
    std::vector<pollfd> poll_for;
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
        const int events = POLLIN | (to[i].empty() ? 0 : POLLOUT);
        poll_for.push_back({.fd = sockets_[i], .events = static_cast<short>(events), .revents = 0});
    }
    if (poll(poll_for.data(), poll_for.size(), milliseconds_until(until)) <= 0) return true;
    for (std::size_t i = 0; i < sockets_.size(); ++i) {
        if ((poll_for[i].revents & POLLOUT) != 0) {
            const ssize_t count = send(sockets_[i], to[i].data(), to[i].size(), MSG_NOSIGNAL);
            if (count < 0 && errno != EAGAIN) return false;
            if (count > 0) to[i].erase(to[i].begin(), to[i].begin() + count);
        }
        if ((poll_for[i].revents & ~POLLOUT) != 0 && !receive(i, from[i])) return false;
    }
    return true;
}

bool VenueProcess::kill() {
    ::kill(process_, SIGKILL);
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

void VenueProcess::drain(std::vector<FrameReader>& from) {
    std::vector<pollfd> poll_for;
    for (const int socket : sockets_)
        poll_for.push_back({.fd = socket, .events = POLLIN, .revents = 0});
    std::size_t open = poll_for.size();
    while (open != 0 && poll(poll_for.data(), poll_for.size(), patience_ms) > 0) {
        for (std::size_t i = 0; i < poll_for.size(); ++i) {
            if (poll_for[i].revents == 0 || receive(i, from[i])) continue;
            poll_for[i].fd = -1;  // looked at no more
            --open;
        }
    }
}

int VenueProcess::finish(std::vector<FrameReader>& from) {
    for (const int socket : sockets_)
        shutdown(socket, SHUT_WR);
    drain(from);
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace tickweir::tests
