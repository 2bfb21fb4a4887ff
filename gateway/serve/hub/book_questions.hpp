// Books asked for over HTTP: answered at once where the hub or the store knows enough, else when
// the market has sent the book. One owner thread; times are passed in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "gateway/serve/hub.hpp"
#include "gateway/serve/hub/publisher.hpp"

namespace tickweir::gateway::hub {

class BookQuestions {
public:
    /// Questions that may wait at a time; further ones are refused.
    static constexpr std::size_t waiting_max = 1'024;
    /// How long a market has to send a book.
    static constexpr std::chrono::nanoseconds patience = std::chrono::seconds{5};

    explicit BookQuestions(const HubParts& parts) : parts_{parts} {}

    std::optional<std::string> ask(std::uint32_t instrument, unsigned depth, PendingAnswer pending,
                                   book::TimeNs now);
    /// The instrument's book is known now.
    void answer(std::uint32_t instrument);
    /// Refuses what has waited too long. Whether there was any.
    bool expire(book::TimeNs now);
    std::optional<book::TimeNs> next_due() const;

    std::vector<Hub::Answer> take_answers() { return std::move(answers_); }
    bool has_answers() const { return !answers_.empty(); }

private:
    struct Waiting {
        std::uint32_t instrument;
        unsigned depth;
        PendingAnswer pending;
        book::TimeNs until;
    };

    std::string replica_text(std::uint32_t instrument, unsigned depth) const;
    std::string store_text(std::uint32_t instrument, unsigned depth) const;

    HubParts parts_;
    std::vector<Waiting> waiting_;  // in order of time
    std::vector<Hub::Answer> answers_;
};

}  // namespace tickweir::gateway::hub
