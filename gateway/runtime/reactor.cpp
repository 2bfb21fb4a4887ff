#include "gateway/runtime/reactor.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::size_t events_per_wait = 256;
constexpr std::int64_t ns_per_s = 1'000'000'000;
constexpr std::int64_t ns_per_ms = 1'000'000;

int checked(int fd, const char* what) {
    if (fd < 0) throw std::system_error{errno, std::generic_category(), what};
    return fd;
}

std::uint32_t events_of(Reactor::Interest interest) {
    std::uint32_t events = 0;
    if (interest.readable) events |= EPOLLIN | EPOLLRDHUP;
    if (interest.writable) events |= EPOLLOUT;
    return events;
}

/// Nanoseconds where the kernel can (Linux 5.11), else milliseconds rounded up.
int wait_events(int epoll, std::array<epoll_event, events_per_wait>& events,
                std::optional<std::int64_t> timeout_ns) {
    const auto count = static_cast<int>(events.size());
    if (!timeout_ns) return epoll_wait(epoll, events.data(), count, -1);
    if (*timeout_ns <= 0) return epoll_wait(epoll, events.data(), count, 0);
    const timespec timeout{*timeout_ns / ns_per_s, *timeout_ns % ns_per_s};
    const int ready = epoll_pwait2(epoll, events.data(), count, &timeout, nullptr);
    if (ready >= 0 || errno != ENOSYS) return ready;
    const std::int64_t ms =
        std::min<std::int64_t>((*timeout_ns + ns_per_ms - 1) / ns_per_ms, 60'000);
    return epoll_wait(epoll, events.data(), count, static_cast<int>(ms));
}

}  // namespace

Waker::Waker() : fd_{checked(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "eventfd")} {}

Waker::~Waker() {
    close(fd_);
}

void Waker::wake() {
    // Both sides change `asleep_` by exchanges, which are totally ordered. Ours comes second: we
    // read 1 and end the sleep. Ours comes first: the owner's exchange in arm() reads what we wrote
    // or something later; its acquire then pairs with our release, so its look at the rings, which
    // follows, finds what we published before.
    if (asleep_.exchange(0, std::memory_order_acq_rel) == 0) return;
    const std::uint64_t one = 1;
    // A full counter means that the owner is being woken already.
    [[maybe_unused]] const auto written = write(fd_, &one, sizeof one);
}

Reactor::Reactor() : epoll_{checked(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")} {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;  // the waker
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, waker_.fd_, &event) != 0) {
        const int error = errno;
        close(epoll_);
        throw std::system_error{error, std::generic_category(), "epoll_ctl"};
    }
}

Reactor::~Reactor() {
    close(epoll_);
}

bool Reactor::add(int fd, ReadyHandler& handler, Interest interest) {
    epoll_event event{};
    event.events = events_of(interest);
    event.data.ptr = &handler;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) return false;
    // A handler may come again at the address of one that was removed a moment ago; what is still
    // to be handed out may then be its predecessor's, and finds nothing to read. That is harmless.
    std::erase(removed_, &handler);
    return true;
}

void Reactor::change(int fd, ReadyHandler& handler, Interest interest) {
    epoll_event event{};
    event.events = events_of(interest);
    event.data.ptr = &handler;
    book::ensure(epoll_ctl(epoll_, EPOLL_CTL_MOD, fd, &event) == 0);
}

void Reactor::remove(int fd, ReadyHandler& handler) {
    book::ensure(epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr) == 0);
    if (handing_out_) removed_.push_back(&handler);
}

bool Reactor::poll() {
    return handle(0);
}

void Reactor::arm() {
    waker_.asleep_.exchange(1, std::memory_order_acq_rel);  // see Waker::wake
}

bool Reactor::handle(std::optional<std::int64_t> timeout_ns) {
    std::array<epoll_event, events_per_wait> events;
    const int ready = wait_events(epoll_, events, timeout_ns);
    waker_.asleep_.store(0, std::memory_order_relaxed);  // awake: producers save their system call
    if (ready <= 0) return false;                        // nothing, or a signal

    handing_out_ = true;
    for (const epoll_event& event : std::span{events}.first(static_cast<std::size_t>(ready))) {
        if (event.data.ptr == nullptr) {
            std::uint64_t count = 0;
            [[maybe_unused]] const auto got = read(waker_.fd_, &count, sizeof count);
            continue;
        }
        auto* const handler = static_cast<ReadyHandler*>(event.data.ptr);
        if (!removed_.empty() && std::ranges::find(removed_, handler) != removed_.end()) continue;
        const bool failed = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
        handler->on_ready(failed || (event.events & (EPOLLIN | EPOLLRDHUP)) != 0,
                          (event.events & EPOLLOUT) != 0);
    }
    handing_out_ = false;
    removed_.clear();
    return true;
}

}  // namespace tickweir::gateway
