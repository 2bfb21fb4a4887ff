// Keeps out who failed to log on too often, by CompID and by address, for a while. Time comes in as
// an argument; tables are bounded, whatever strangers send.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "book/types.hpp"
#include "gateway/fix/ip_range.hpp"

namespace tickweir::gateway::fix {

struct LockoutRules {
    std::uint32_t failures_max = 5;   ///< within `window`; one more locks
    std::chrono::seconds window{60};  ///< from the first failure on
    /// How long the first lock lasts; each one that follows within the time of the last lasts twice
    /// as long, up to `lock_max`.
    std::chrono::seconds lock{60};
    std::chrono::seconds lock_max{3'600};
    std::size_t entries_max = 4'096;  ///< of each table
};

struct LockoutCounts {
    std::uint64_t failures = 0;
    std::uint64_t locks = 0;
    std::uint64_t refused = 0;  ///< logons that came while it was locked
    std::uint64_t evicted = 0;  ///< entries that made room for newer ones
};

/// Failures by a key. One thread.
template <class Key, class Hash = std::hash<Key>>
class FailureTable {
public:
    explicit FailureTable(const LockoutRules& limits) : limits_{limits} {
        entries_.reserve(limits.entries_max);
    }

    /// Constant time.
    bool is_locked(const Key& key, book::TimeNs now) const {
        const auto found = entries_.find(key);
        return found != entries_.end() && now < found->second.locked_until;
    }

    /// One more failure; true if it locks. Constant time, but linear where the table is full.
    bool failed(const Key& key, book::TimeNs now, LockoutCounts& counts);

    void succeeded(const Key& key) { entries_.erase(key); }
    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        std::uint32_t failures = 0;
        book::TimeNs window_began{};
        book::TimeNs locked_until{};
        std::chrono::seconds last_lock{0};
    };

    /// From when on an entry means nothing any more.
    book::TimeNs ends(const Entry& entry) const {
        return std::max(entry.window_began + limits_.window, entry.locked_until + entry.last_lock);
    }
    void make_room(book::TimeNs now, LockoutCounts& counts);

    LockoutRules limits_;
    std::unordered_map<Key, Entry, Hash> entries_;
};

template <class Key, class Hash>
bool FailureTable<Key, Hash>::failed(const Key& key, book::TimeNs now, LockoutCounts& counts) {
    if (entries_.size() >= limits_.entries_max && !entries_.contains(key)) make_room(now, counts);
    Entry& entry = entries_[key];
    if (now >= ends(entry)) entry = {};
    // A clock that was set back begins a new window, too.
    if (entry.failures == 0 || now - entry.window_began >= limits_.window ||
        now < entry.window_began) {
        entry.window_began = now;
        entry.failures = 0;
    }
    if (++entry.failures <= limits_.failures_max) return false;
    entry.failures = 0;
    entry.last_lock = entry.last_lock == std::chrono::seconds{0}
                          ? limits_.lock
                          : std::min(entry.last_lock * 2, limits_.lock_max);
    entry.locked_until = now + entry.last_lock;
    ++counts.locks;
    return true;
}

/// Drops all that ended, else the one that ends first.
template <class Key, class Hash>
void FailureTable<Key, Hash>::make_room(book::TimeNs now, LockoutCounts& counts) {
    auto first = entries_.end();
    for (auto entry = entries_.begin(); entry != entries_.end();) {
        if (now >= ends(entry->second)) {
            entry = entries_.erase(entry);
            continue;
        }
        if (first == entries_.end() || ends(entry->second) < ends(first->second)) first = entry;
        ++entry;
    }
    if (entries_.size() < limits_.entries_max) return;
    entries_.erase(first);
    ++counts.evicted;
}

/// Both tables. The caller counts failures of a CompID only where the address may use it: else any
/// stranger could keep a client out.
class Lockout {
public:
    explicit Lockout(const LockoutRules& limits) : clients_{limits}, addresses_{limits} {}

    /// Whether a logon is refused unseen, which is counted. A locked one says nothing of passwords:
    /// it is refused before it is looked at.
    bool refuses(std::string_view comp_id, const IpAddress& address, book::TimeNs now);
    /// Of a connection, before anything is received.
    bool refuses(const IpAddress& address, book::TimeNs now);

    /// A logon that failed. `comp_id` is empty where the client is none of ours, or may not come
    /// from there. True where something is locked by it.
    bool failed(std::string_view comp_id, const IpAddress& address, book::TimeNs now);
    void succeeded(std::string_view comp_id, const IpAddress& address);

    const LockoutCounts& counts() const { return counts_; }

private:
    struct AddressHash {
        std::size_t operator()(const IpAddress& address) const;
    };

    FailureTable<std::string> clients_;
    FailureTable<IpAddress, AddressHash> addresses_;
    LockoutCounts counts_;
};

}  // namespace tickweir::gateway::fix
