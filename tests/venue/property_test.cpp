// The venue and its naive twin side by side over random commands: equal events and equal states
// after each, and what has to hold of any venue. A failure is shrunk to a short script.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/any_venue.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/venue_checks.hpp"
#include "tests/support/venue_stream.hpp"
#include "tests/support/venue_text.hpp"

namespace tickweir::tests {
namespace {

/// Two venues, told the same. Keeps what they said last.
class Pair {
public:
    explicit Pair(const txn::VenueSettings& settings)
        : settings_{settings}, venue_{settings}, twin_{settings}, checks_{settings} {}

    /// A step and, before it, what is pending. The answer is what went wrong, or an empty text.
    std::string take(const VenueStep& step,
                     const std::function<void(const txn::Outcome&)>& learn = {}) {
        was_pending_ = venue_.continuation_pending();
        for (int turns = 0; step.drains && venue_.continuation_pending(); ++turns) {
            if (turns == 10'000) return "continuations without end";
            txn::Command go_on;
            go_on.envelope = step.command.envelope;
            go_on.envelope.session = txn::operator_session;
            go_on.envelope.deadline.reset();
            go_on.body = txn::Continue{};
            if (std::string fault = execute(go_on); !fault.empty()) return fault;
            if (learn) learn(said_);
        }
        std::string fault = execute(step.command);
        if (learn) learn(said_);
        return fault;
    }

    /// Before the last step.
    bool was_pending() const { return was_pending_; }

    std::string report() const {
        const VenueText text{settings_};
        std::string lines;
        const auto add = [&](const char* who, const txn::Outcome& outcome) {
            for (const txn::Event& event : outcome.events)
                lines += std::string{"    "} + who + text.whole(event) + "\n";
        };
        add("venue: ", said_);
        add("twin:  ", twin_said_);
        return lines;
    }

    txn::Uint128 hash() const { return venue_.inner().state_hash(); }

private:
    std::string execute(const txn::Command& command) {
        // Now and then, for a hash takes as long as the state is large.
        const bool hashes = ++executed_ % 8 == 0;
        const txn::Uint128 before = hashes ? hash() : 0;
        venue_.execute(command, said_);
        twin_.execute(command, twin_said_);
        if (said_.events != twin_said_.events) return "events differ";
        const bool changes_nothing = !said_.events.empty() &&
                                     said_.events.back().refusal != txn::Refusal::none &&
                                     said_.events.back().time == last_time_;
        if (hashes && changes_nothing && hash() != before) return "a refusal left a trace";
        if (!said_.events.empty()) last_time_ = said_.events.back().time;
        if (std::string fault = difference(venue_, twin_, settings_); !fault.empty())
            return "states differ (venue, twin): " + fault;
        return checks_.after(command, said_, venue_);
    }

    const txn::VenueSettings& settings_;
    VenueOf<txn::Venue> venue_;
    VenueOf<NaiveVenue> twin_;
    VenueChecks checks_;
    txn::Outcome said_;
    txn::Outcome twin_said_;
    txn::TimeNs last_time_;
    std::uint64_t executed_ = 0;
    bool was_pending_ = false;
};

struct Failure {
    std::size_t step = 0;
    std::string what;
    std::string report;
};

std::optional<Failure> run(const txn::VenueSettings& settings,
                           const std::vector<VenueStep>& steps) {
    Pair pair{settings};
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (std::string what = pair.take(steps[i]); !what.empty())
            return Failure{i, what, pair.report()};
    }
    return std::nullopt;
}

/// Leaves out chunks, then single steps, as long as it still fails.
std::vector<VenueStep> shrunk(const txn::VenueSettings& settings, std::vector<VenueStep> steps) {
    for (std::size_t chunk = std::max<std::size_t>(steps.size() / 2, 1);;) {
        bool shorter = false;
        for (std::size_t begin = 0; begin < steps.size();) {
            std::vector<VenueStep> fewer{steps};
            const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(begin);
            const std::size_t end = std::min(begin + chunk, steps.size());
            fewer.erase(first, fewer.begin() + static_cast<std::ptrdiff_t>(end));
            if (const auto failure = run(settings, fewer)) {
                fewer.resize(failure->step + 1);
                steps = std::move(fewer);
                shorter = true;
            } else {
                begin += chunk;
            }
        }
        if (chunk == 1 && !shorter) return steps;
        chunk = std::max<std::size_t>(chunk / 2, 1);
    }
}

/// As a script that `check` takes.
std::string script_of(const txn::VenueSettings& settings, const std::vector<VenueStep>& steps) {
    const VenueText text{settings};
    std::string script = text.settings();
    std::optional<txn::TimeNs> time;
    Pair pair{settings};
    for (const VenueStep& step : steps) {
        const txn::Envelope& envelope = step.command.envelope;
        if (time != envelope.time) script += "at " + VenueText::seconds(envelope.time) + "\n";
        time = envelope.time;
        bool drained = false;
        pair.take(step, [&](const txn::Outcome&) {
            if (!drained && step.drains && pair.was_pending()) script += "drain\n";
            drained = true;
        });
        script += text.command(step.command) + "\n";
    }
    return script;
}

/// Steps in all, from TICKWEIR_STEPS.
std::uint64_t steps_wanted() {
    const char* given = std::getenv("TICKWEIR_STEPS");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 150'000;
}

constexpr std::size_t steps_of_a_stream = 2'000;

/// What was done in the streams, so that none of it is missed in silence.
struct Coverage {
    std::vector<std::uint64_t> refusals = std::vector<std::uint64_t>(txn::refusal_kinds);
    std::vector<std::uint64_t> reasons = std::vector<std::uint64_t>(9);
    std::vector<std::uint64_t> kinds = std::vector<std::uint64_t>(15);

    void count(const txn::Outcome& outcome) {
        for (const txn::Event& event : outcome.events) {
            ++kinds.at(std::size_t(event.kind));
            ++refusals.at(std::size_t(event.refusal));
            const bool ends =
                event.kind == txn::EventKind::cancelled || event.kind == txn::EventKind::expired;
            if (ends) ++reasons.at(std::size_t(event.cancel_reason));
        }
    }
};

/// A stream's, with no more places for ClOrdIDs than it can use: a state's hash looks at each.
txn::VenueSettings settings_of(const VenueStream& stream) {
    txn::VenueSettings settings = stream.settings();
    settings.limits.client_ids = std::min(settings.limits.client_ids, steps_of_a_stream);
    return settings;
}

void expect_alike(std::uint64_t seed, std::size_t count, Coverage& coverage) {
    VenueStream stream{seed};
    const txn::VenueSettings settings = settings_of(stream);
    Pair pair{settings};
    std::vector<VenueStep> steps;
    while (steps.size() < count) {
        steps.push_back(stream.next());
        const std::string what = pair.take(steps.back(), [&](const txn::Outcome& outcome) {
            stream.learn(outcome);
            coverage.count(outcome);
        });
        if (what.empty()) continue;
        const std::vector<VenueStep> few = shrunk(settings, steps);
        const auto failure = run(settings, few);
        ASSERT_TRUE(failure.has_value()) << "seed " << seed << ": " << what << ", not repeatable";
        FAIL() << "seed " << seed << ": " << failure->what << "\n"
               << script_of(settings, few) << failure->report;
    }
}

TEST(Venue, IsAlikeItsNaiveTwinAfterEachOfRandomCommands) {
    std::uint64_t seed = test_seed();
    Coverage coverage;
    const std::uint64_t wanted = steps_wanted();
    for (std::uint64_t done = 0; done < wanted && !HasFatalFailure(); done += steps_of_a_stream)
        expect_alike(seed++, steps_of_a_stream, coverage);
    if (HasFatalFailure() || wanted < 100'000) return;
    for (std::size_t i = 0; i < coverage.kinds.size(); ++i)
        EXPECT_GT(coverage.kinds[i], 0u) << name_of(txn::EventKind(i)) << " never happened";
    for (std::size_t i = 0; i < coverage.reasons.size(); ++i)
        EXPECT_GT(coverage.reasons[i], 0u) << name_of(txn::CancelReason(i)) << " never happened";
    for (std::size_t i = 0; i < coverage.refusals.size(); ++i)
        EXPECT_GT(coverage.refusals[i], 0u) << name_of(txn::Refusal(i)) << " never happened";
}

TEST(Venue, HasTheSameStateHashForTheSameCommands) {
    VenueStream stream{test_seed()};
    const txn::VenueSettings settings = settings_of(stream);
    Pair one{settings};
    Pair other{settings};
    for (int i = 0; i < 2'000; ++i) {
        const VenueStep step = stream.next();
        ASSERT_EQ(one.take(step, [&](const txn::Outcome& said) { stream.learn(said); }), "");
        ASSERT_EQ(other.take(step), "");
        if (i % 100 == 0) {
            ASSERT_TRUE(one.hash() == other.hash()) << "step " << i;
        }
    }
}

}  // namespace
}  // namespace tickweir::tests
