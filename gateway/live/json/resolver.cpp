#include "gateway/live/json/resolver.hpp"

#include <netdb.h>

#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <set>
#include <system_error>
#include <thread>
#include <utility>

namespace tickweir::gateway {
namespace {

/// `flags`: AI_NUMERICHOST asks nobody.
Resolution look_up(const std::string& host, std::uint16_t port, int flags) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = flags | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
    Resolution result;
    if (error != 0) {
        result.error = "cannot find " + host + ": " + ::gai_strerror(error);
        return result;
    }
    for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
        SocketAddress& address = result.addresses.emplace_back();
        std::memcpy(&address.bytes, one->ai_addr, one->ai_addrlen);
        address.size = one->ai_addrlen;
    }
    ::freeaddrinfo(found);
    return result;
}

}  // namespace

struct Resolver::Shared {
    std::mutex mutex;
    std::map<std::uint64_t, Resolution> done;  // guarded by mutex
    std::set<std::uint64_t> wanted;            // guarded by mutex: begun and not taken or forgotten
    std::size_t running = 0;                   // guarded by mutex: threads
    Waker* waker = nullptr;                    // guarded by mutex; none: the owner is gone
    std::uint64_t next = 1;                    // the owner's
    // How many are done, for a look without the mutex. Relaxed: it publishes nothing, and the waker
    // orders what was counted before wake() and the owner's look after it.
    std::atomic<std::size_t> done_count{0};

    /// Under the mutex, after each change of `done`.
    void count() { done_count.store(done.size(), std::memory_order_relaxed); }

    void finish(std::uint64_t lookup, Resolution result) {
        const std::lock_guard lock{mutex};
        if (!wanted.contains(lookup)) return;
        done.emplace(lookup, std::move(result));
        count();
        if (waker != nullptr) waker->wake();
    }
};

Resolver::Resolver(Waker& waker) : shared_{std::make_shared<Shared>()} {
    shared_->waker = &waker;
}

Resolver::~Resolver() {
    const std::lock_guard lock{shared_->mutex};
    shared_->waker = nullptr;
    shared_->wanted.clear();
}

std::uint64_t Resolver::begin(const std::string& host, std::uint16_t port) {
    const std::uint64_t lookup = shared_->next++;
    Resolution numeric = look_up(host, port, AI_NUMERICHOST);
    if (!numeric.addresses.empty()) {
        const std::lock_guard lock{shared_->mutex};
        shared_->done.emplace(lookup, std::move(numeric));
        shared_->count();
        return lookup;
    }
    bool may_start = false;
    {
        const std::lock_guard lock{shared_->mutex};
        shared_->wanted.insert(lookup);
        may_start = shared_->running < lookups_max;
        if (may_start) ++shared_->running;
    }
    if (!may_start) {
        shared_->finish(lookup, {{}, "cannot find " + host + ": too many names are looked up"});
        return lookup;
    }
    try {
        std::thread{[shared = shared_, lookup, host, port] {
            Resolution result = look_up(host, port, AI_ADDRCONFIG);
            shared->finish(lookup, std::move(result));
            const std::lock_guard lock{shared->mutex};
            --shared->running;
        }}.detach();
    } catch (const std::system_error& error) {
        shared_->finish(lookup, {{}, "cannot find " + host + ": " + error.what()});
        const std::lock_guard lock{shared_->mutex};
        --shared_->running;
    }
    return lookup;
}

std::optional<Resolution> Resolver::take(std::uint64_t lookup) {
    const std::lock_guard lock{shared_->mutex};
    const auto found = shared_->done.find(lookup);
    if (found == shared_->done.end()) return std::nullopt;
    Resolution result = std::move(found->second);
    shared_->done.erase(found);
    shared_->count();
    shared_->wanted.erase(lookup);
    return result;
}

void Resolver::forget(std::uint64_t lookup) {
    const std::lock_guard lock{shared_->mutex};
    shared_->wanted.erase(lookup);
    shared_->done.erase(lookup);
    shared_->count();
}

bool Resolver::has_done() const {
    return shared_->done_count.load(std::memory_order_relaxed) != 0;
}

}  // namespace tickweir::gateway
