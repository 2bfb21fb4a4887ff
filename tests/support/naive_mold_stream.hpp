// The naive twin of the MoldUDP64 receiver's sequence: which numbers of a session are missing, one
// by one, and since when. Forgets nothing and knows no limits.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "codecs/mold/receiver_types.hpp"

namespace tickweir::tests {

class NaiveMoldStream {
public:
    using TimeNs = codecs::mold::TimeNs;

    /// A packet of a line; false if its session is over.
    bool on_line(const std::string& session, std::uint64_t sequence, std::uint64_t count,
                 TimeNs now) {
        if (session != session_) {
            if (!sessions_.insert(session).second) return false;
            session_ = session;
            missing_.clear();
            top_ = 1;
        }
        for (; top_ < sequence + count; ++top_) {
            missing_[top_] = now;
        }
        take(sequence, count);
        return true;
    }

    /// An answer to something that was asked, of this session or another.
    void on_answer(const std::string& session, std::uint64_t sequence, std::uint64_t count) {
        if (session == session_) take(sequence, count);
    }

    /// They will not come any more.
    void lose(std::uint64_t sequence, std::uint64_t count) { take(sequence, count); }

    /// The first that was not given; 0 before any session.
    std::uint64_t next() const { return missing_.empty() ? top_ : missing_.begin()->first; }
    bool is_missing(std::uint64_t sequence) const { return missing_.contains(sequence); }
    std::uint64_t missing() const { return missing_.size(); }
    /// Since when the first missing one is known to be missing; there must be one.
    TimeNs missing_since() const { return missing_.begin()->second; }

private:
    void take(std::uint64_t sequence, std::uint64_t count) {
        missing_.erase(missing_.lower_bound(sequence), missing_.lower_bound(sequence + count));
    }

    std::string session_;
    std::set<std::string> sessions_;
    std::map<std::uint64_t, TimeNs> missing_;
    std::uint64_t top_ = 0;
};

}  // namespace tickweir::tests
