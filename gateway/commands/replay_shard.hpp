// The books of a replay, or of one shard of its instruments, and everything that watches them:
// digests, events, samples, the books as they stood at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "gateway/commands/event_writer.hpp"
#include "gateway/commands/replay_options.hpp"
#include "gateway/commands/replay_result.hpp"
#include "gateway/commands/replay_tally.hpp"
#include "gateway/commands/symbol_filter.hpp"
#include "gateway/commands/top_sampler.hpp"
#include "gateway/feeds/itch_books.hpp"

namespace tickweir::gateway {

/// What watches the books beside the counts. Files belong to their shard.
struct ReplayWatchers {
    bool digest = false;
    std::unique_ptr<EventWriter> events;
    std::unique_ptr<TopSampler> sampler;

    bool any() const { return digest || events || sampler; }
};

/// Builds the books of the locates that `shard` owns. All shards of a replay are given all batches
/// and stop at the same message. One owner thread at a time.
class ReplayShard {
public:
    /// The options must outlive it. Throws std::bad_alloc where addresses do not suffice.
    ReplayShard(const ReplayOptions& options, ItchShard shard, ReplayWatchers watchers);

    /// Applies a batch; false when the replay is over, for what the options say or, when strict,
    /// for a refused message. Without watchers this is the measured loop.
    [[nodiscard]] bool apply(const ReplayBatch& batch);

    /// Nothing follows: takes the samples and the books that are still due.
    void finish();
    /// Gives files their names; the error names one that could not be written.
    [[nodiscard]] replay::Result<void> finish_files();

    /// Adds what this shard knows of its instruments. Requires `finish`.
    void add_to(ReplayResult& result) const;
    /// Sets what every shard knows alike: gaps and duplicates so far.
    void tell_input(ReplayResult& result) const;

    /// Whether `apply` said so.
    bool over() const { return over_; }

    /// The refused message that ended a strict replay: where, why, what it says.
    const std::optional<ReplayEnd>& refusal() const { return refusal_; }

    /// Messages framed so far, those of other shards too.
    std::uint64_t messages() const { return messages_; }

    /// Time spent on looking at books rather than building them.
    std::chrono::nanoseconds aside() const { return aside_; }

private:
    struct Listener;
    enum class Due : std::uint8_t { end, sample, books };
    struct NextStop {
        std::optional<std::int64_t> after_ns;  // since midnight, may be before it
        Due due = Due::end;
    };

    bool apply_all(const ReplayBatch& batch);
    void begin(const ReplayBatch& batch);
    NextStop next_stop() const;
    ItchProgress apply_frames(codecs::Bytes frames, const std::optional<std::int64_t>& after_ns);
    void resolve_times(book::TimeNs midnight);
    bool reached(Due due);
    bool sample();
    void sample_to_the_last();
    void show_books();
    void note_refusal(const ReplayBatch& batch, std::size_t end);
    std::optional<std::int64_t> in_day_ns(const std::optional<book::TimeNs>& time) const;

    const ReplayOptions* options_;
    SymbolFilter filter_;
    ItchBooks books_;
    ReplayTally tally_;
    ReplayWatchers watchers_;
    BboDigest digest_{ItchInstrument::price_decimals, ItchInstrument::quantity_decimals};

    std::optional<book::TimeNs> midnight_;  // of the session's day
    std::optional<book::TimeNs> until_;
    std::optional<book::TimeNs> at_;
    bool stopped_at_time_ = false;
    bool sample_had_rows_ = false;
    bool over_ = false;
    std::uint64_t messages_ = 0;
    std::uint64_t gaps_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t duplicates_ = 0;
    std::map<std::string, ShownBook, std::less<>> shown_;
    bool books_shown_ = false;
    std::chrono::nanoseconds aside_{0};
    std::optional<ReplayEnd> refusal_;
};

}  // namespace tickweir::gateway
