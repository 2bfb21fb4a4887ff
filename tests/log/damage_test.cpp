// A log that has rotted: bits flipped, blocks zeroed, swapped, put in from elsewhere or from
// before. Never is another record read than was written, and never does one that was durable go
// silently.
#include <gtest/gtest.h>

#include <random>

#include "tests/log/log_world.hpp"
#include "tests/support/seed.hpp"

namespace tickweir::txn::log {
namespace {

using tests::FaultFiles;
using tests::log_id;
using tests::log_path;
using tests::LogRun;
using tests::Recovered;

using Content = std::vector<std::byte>;

/// A log of three segments or so, closed.
class LogDamage : public testing::Test {
protected:
    LogDamage() {
        LogRun run{files_, {}};
        std::mt19937_64 random{3};
        while (run.carrier->end().segment < 3) {
            (void)run.append(1 + random() % 20);
            run.restock();
            batch_at_.push_back({run.carrier->end().segment, run.carrier->end().offset});
        }
        (void)run.append(5);
        last_batch_ = {3, run.carrier->end().offset};
        (void)run.close();
        last_ = before(run.next);
        EXPECT_EQ(run.error, "");
    }

    struct Place {
        std::uint64_t segment;
        std::uint64_t offset;
    };

    void overwrite(std::uint64_t segment, std::uint64_t offset, Bytes bytes) {
        auto file = files_.open(segment_path(log_path, segment), {.mode = io::OpenMode::append});
        ASSERT_TRUE(file);
        ASSERT_TRUE((*file)->write_at(offset, bytes));
    }

    Content block(std::uint64_t segment, std::uint64_t offset) const {
        const auto content = files_.content(segment_path(log_path, segment));
        const auto begin = content->begin() + static_cast<std::ptrdiff_t>(offset);
        return {begin, begin + static_cast<std::ptrdiff_t>(block_bytes)};
    }

    Recovered read(Lsn known_durable = {}) {
        LogReader reader{files_,
                         log_path,
                         log_id,
                         {.from = Lsn{1}, .known_durable = known_durable, .up_to = {}}};
        Recovered found;
        RecordView record;
        while ((found.outcome = reader.next(record)) == ReadOutcome::record) {
            ++found.records;
            found.contents_right = found.contents_right && tests::is_as_written(record) &&
                                   number(record.lsn) == found.records;
        }
        found.end = reader.end();
        found.finding = to_string(reader.finding());
        return found;
    }

    /// Refused, with nothing wrong passed on before.
    void expect_refused(const char* what) {
        const Recovered found = read();
        EXPECT_EQ(found.outcome, ReadOutcome::corrupt) << what;
        EXPECT_TRUE(found.contents_right) << what;
        EXPECT_NE(found.finding.find(".log at byte "), std::string::npos) << found.finding;
    }

    FaultFiles files_;
    std::vector<Place> batch_at_;  // where each batch ended
    Place last_batch_{};           // where the closing batch stands
    Lsn last_{};
};

TEST_F(LogDamage, IsNotThereToBeginWith) {
    const Recovered found = read();
    EXPECT_EQ(found.outcome, ReadOutcome::end) << found.finding;
    EXPECT_TRUE(found.contents_right);
    EXPECT_EQ(found.last(), last_);
    EXPECT_EQ(found.end.durable, last_);
}

TEST_F(LogDamage, OfAnyByteIsNeverSilent) {
    const std::uint64_t seed = tests::test_seed();
    std::mt19937_64 random{seed};
    std::uint64_t harmless = 0;
    for (std::uint64_t segment = 1; segment <= 3; ++segment) {
        const std::string path = segment_path(log_path, segment);
        const std::size_t bytes = files_.content(path)->size();
        for (std::size_t at = 0; at < bytes; at += 1 + random() % 96) {
            const std::uint64_t bit = at * 8 + random() % 8;
            ASSERT_TRUE(files_.flip_bit(path, bit));
            const Recovered found = read();
            ASSERT_TRUE(found.contents_right) << path << " byte " << at;
            if (found.outcome != ReadOutcome::corrupt) {
                // Only where nothing was ever written: behind a seal, and behind the end, where it
                // could be what is left of a write.
                ++harmless;
                ASSERT_EQ(found.last(), last_) << path << " byte " << at;
            }
            ASSERT_TRUE(files_.flip_bit(path, bit));
        }
    }
    EXPECT_GT(harmless, 0u);
}

TEST_F(LogDamage, OfEveryByteOfTheLastBatchesIsSeen) {
    const std::string path = segment_path(log_path, 3);
    for (std::uint64_t at = last_batch_.offset - block_bytes; at < last_batch_.offset + block_bytes;
         ++at) {
        ASSERT_TRUE(files_.flip_bit(path, at * 8 + at % 8));
        const Recovered found = read();
        ASSERT_EQ(found.outcome, ReadOutcome::corrupt) << at;
        ASSERT_TRUE(found.contents_right) << at;
        ASSERT_TRUE(files_.flip_bit(path, at * 8 + at % 8));
    }
}

TEST_F(LogDamage, OfTwoBitsIsNeverSilent) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 800; ++round) {
        struct Flip {
            std::string path;
            std::uint64_t bit;
        };
        std::vector<Flip> flips;
        for (int i = 0; i < 2; ++i) {
            const std::string path = segment_path(log_path, 1 + random() % 3);
            flips.push_back({path, random() % (files_.content(path)->size() * 8)});
        }
        for (const Flip& flip : flips)
            ASSERT_TRUE(files_.flip_bit(flip.path, flip.bit));
        const Recovered found = read();
        ASSERT_TRUE(found.contents_right);
        if (found.outcome != ReadOutcome::corrupt) {
            ASSERT_EQ(found.last(), last_);
        }
        for (const Flip& flip : flips)
            ASSERT_TRUE(files_.flip_bit(flip.path, flip.bit));
    }
}

TEST_F(LogDamage, OfBlocksMadeZerosIsRefused) {
    const Content zeros(block_bytes);
    for (std::uint64_t segment = 1; segment <= 3; ++segment) {
        const std::size_t bytes = files_.content(segment_path(log_path, segment))->size();
        for (std::uint64_t at = 0; at < bytes; at += block_bytes) {
            const Content before_it = block(segment, at);
            if (all_zero(before_it)) continue;
            overwrite(segment, at, zeros);
            const Recovered found = read();
            const bool is_closing = segment == 3 && at == last_batch_.offset;
            // The closing batch itself holds nothing: without it the log ends in the same place.
            EXPECT_EQ(found.outcome, is_closing ? ReadOutcome::end : ReadOutcome::corrupt)
                << segment << " at " << at;
            ASSERT_TRUE(found.contents_right);
            if (is_closing) {
                EXPECT_EQ(found.last(), last_);
            }
            overwrite(segment, at, before_it);
        }
    }
}

TEST_F(LogDamage, OfSectorsMadeZerosIsRefused) {
    const Content zeros(sector_bytes);
    for (std::uint64_t segment = 1; segment <= 3; ++segment) {
        const std::string path = segment_path(log_path, segment);
        const std::size_t bytes = files_.content(path)->size();
        for (std::uint64_t at = 0; at < bytes; at += sector_bytes) {
            const Content whole = *files_.content(path);
            const Bytes old = Bytes{whole}.subspan(at, sector_bytes);
            if (all_zero(old)) continue;
            overwrite(segment, at, zeros);
            const Recovered found = read();
            ASSERT_TRUE(found.contents_right);
            // The closing batch is the one write that nothing follows.
            const bool in_closing = segment == 3 && at >= last_batch_.offset;
            ASSERT_EQ(found.outcome, in_closing ? ReadOutcome::torn_tail : ReadOutcome::corrupt)
                << segment << " at " << at;
            if (in_closing) {
                ASSERT_EQ(found.last(), last_);
            }
            overwrite(segment, at, old);
        }
    }
}

TEST_F(LogDamage, OfSwappedBlocksIsRefused) {
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 400; ++round) {
        std::vector<Place> places;
        for (int i = 0; i < 2; ++i) {
            const std::uint64_t segment = 1 + random() % 3;
            const std::size_t blocks =
                files_.content(segment_path(log_path, segment))->size() / block_bytes;
            places.push_back({segment, random() % blocks * block_bytes});
        }
        const Content first = block(places[0].segment, places[0].offset);
        const Content second = block(places[1].segment, places[1].offset);
        if (first == second) continue;
        overwrite(places[0].segment, places[0].offset, second);
        overwrite(places[1].segment, places[1].offset, first);
        const Recovered found = read();
        ASSERT_TRUE(found.contents_right);
        // A closing batch changed for a block that was never written takes nothing along.
        if (found.outcome == ReadOutcome::end) {
            ASSERT_EQ(found.last(), last_);
            const auto is_closing = [&](Place place) {
                return place.segment == 3 && place.offset == last_batch_.offset;
            };
            ASSERT_TRUE(is_closing(places[0]) || is_closing(places[1]));
        } else {
            ASSERT_EQ(found.outcome, ReadOutcome::corrupt);
        }
        overwrite(places[0].segment, places[0].offset, first);
        overwrite(places[1].segment, places[1].offset, second);
    }
}

TEST_F(LogDamage, OfSegmentsExchangedMissingOrShortenedIsRefused) {
    const auto whole = [&](std::uint64_t segment) {
        return *files_.content(segment_path(log_path, segment));
    };
    const Content one = whole(1);
    const Content two = whole(2);
    overwrite(2, 0, one);
    expect_refused("an old segment in the place of a later one");
    overwrite(2, 0, two);
    overwrite(4, 0, two);
    expect_refused("an old segment behind the end");
    overwrite(4, 0, Content(two.size()));
    EXPECT_EQ(read().outcome, ReadOutcome::end);

    ASSERT_TRUE(files_.rename(segment_path(log_path, 2), "data/away"));
    expect_refused("a segment in the middle is missing");
    ASSERT_TRUE(files_.rename("data/away", segment_path(log_path, 2)));
    ASSERT_TRUE(files_.rename(segment_path(log_path, 1), "data/away"));
    expect_refused("the first segment is missing");
    ASSERT_TRUE(files_.rename("data/away", segment_path(log_path, 1)));

    auto file = files_.open(segment_path(log_path, 2), {.mode = io::OpenMode::append});
    ASSERT_TRUE(file && (*file)->truncate(two.size() / 2));
    expect_refused("a segment is half as long");
}

TEST_F(LogDamage, OfSegmentsBeforeTheOneWantedIsNotMet) {
    const auto outcome_from = [&](Lsn from) {
        return read_log(files_, {.from = from, .known_durable = {}, .up_to = {}}).outcome;
    };
    const Lsn in_the_third = last_;
    // As in a segment that is given up just when it has been listed.
    overwrite(1, 0, Content(block_bytes));
    EXPECT_EQ(outcome_from(in_the_third), ReadOutcome::end);
    EXPECT_EQ(outcome_from(Lsn{1}), ReadOutcome::corrupt);
    EXPECT_EQ(outcome_from(Lsn{}), ReadOutcome::corrupt);
    overwrite(2, 0, Content(block_bytes));
    EXPECT_EQ(outcome_from(in_the_third), ReadOutcome::end);
    overwrite(3, 0, Content(block_bytes));
    EXPECT_EQ(outcome_from(in_the_third), ReadOutcome::corrupt);
}

TEST_F(LogDamage, OfLaterSegmentsGoneIsRefused) {
    for (std::uint64_t segment = 3; segment <= 8; ++segment) {
        const std::string path = segment_path(log_path, segment);
        ASSERT_EQ(files_.remove(path).has_value(), segment < 7) << segment;
    }
    expect_refused("sealed, but nothing follows");
}

TEST_F(LogDamage, OfBatchesFromAnotherLogIsRefused) {
    FaultFiles other;
    {
        auto file = other.open("x", {.mode = io::OpenMode::create});
        ASSERT_TRUE(file);
    }
    BatchBuffer batch{LogId{}, least_batch_bytes_max};
    LogEnd end{.segment = 3,
               .offset = last_batch_.offset,
               .next = after(last_),
               .durable = last_,
               .term = 1,
               .chain = 0};
    batch.start(end.next);
    batch.add(1, false, tests::payload_of(end.next));
    const Bytes foreign = write_batch(end, batch.memory(), BatchKind::records, 1,
                                      batch.body_bytes(), seed_of(LogId{}));
    overwrite(3, last_batch_.offset + block_bytes, foreign.first(block_bytes));
    expect_refused("another log's batch behind the end");
}

TEST_F(LogDamage, OfWhatIsKnownDurableFromElsewhereIsRefused) {
    EXPECT_EQ(read(last_).outcome, ReadOutcome::end);
    const Recovered found = read(after(last_));
    EXPECT_EQ(found.outcome, ReadOutcome::corrupt);
    EXPECT_NE(found.finding.find("was durable once"), std::string::npos) << found.finding;
}

TEST_F(LogDamage, IsReportedByVerificationWhichChangesNothing) {
    const LogReport good = verify_log(files_, log_path, log_id);
    EXPECT_EQ(good.outcome, ReadOutcome::end);
    EXPECT_EQ(good.first, Lsn{1});
    EXPECT_EQ(good.last, last_);
    EXPECT_EQ(good.durable, last_);
    EXPECT_EQ(good.counts.records, number(last_));
    EXPECT_EQ(good.counts.segments, 3u);

    ASSERT_TRUE(files_.flip_bit(segment_path(log_path, 2), 8 * (block_bytes + 70)));
    std::vector<std::optional<Content>> before_it;
    for (std::uint64_t segment = 1; segment <= 5; ++segment)
        before_it.push_back(files_.content(segment_path(log_path, segment)));
    const LogReport bad = verify_log(files_, log_path, log_id);
    EXPECT_EQ(bad.outcome, ReadOutcome::corrupt);
    EXPECT_EQ(bad.finding.path, segment_path(log_path, 2));
    EXPECT_EQ(bad.finding.offset, block_bytes);
    for (std::uint64_t segment = 1; segment <= 5; ++segment)
        EXPECT_EQ(files_.content(segment_path(log_path, segment)), before_it[segment - 1]);
    EXPECT_FALSE(files_.list(log_path + "/torn"));
}

}  // namespace
}  // namespace tickweir::txn::log
