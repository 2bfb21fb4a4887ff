// The messages of one session on disk: files that are appended to, the oldest of which goes when
// there are too many. Part of MessageStore, which says what is promised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "gateway/fix/journal_index.hpp"
#include "gateway/fix/segment_reader.hpp"
#include "gateway/fix/store_types.hpp"
#include "txn/io/files.hpp"

namespace tickweir::gateway::fix {

/// A message of the journal; the bytes are valid until its next call.
struct StoredMessage {
    std::uint64_t number = 0;
    std::string_view wire;
};

/// What the newest message that the system has says of its session's numbers.
struct LastMessage {
    std::uint64_t number = 0;        ///< 0: there is none
    std::uint32_t next_inbound = 0;  ///< when it was sent; 0: it is not said
};

/// The numbers of messages ascend through all files. What could not be written is forgotten at
/// once: nothing in memory points to what is not on disk or about to go there.
class StoreJournal {
public:
    /// Files of a journal at one time.
    static constexpr std::size_t segments_max = 8;

    StoreJournal(txn::io::Files& files, std::string folder, const StoreLimits& limits,
                 StoreCounts& counts);

    /// Finds what is kept of a generation, repairs its tail and removes what is of others.
    [[nodiscard]] txn::io::Result<void> recover(std::uint64_t generation, book::TimeNs created,
                                                StoreFound& found);
    /// Drops everything; the messages that follow are of another generation.
    void begin(std::uint64_t generation, book::TimeNs created);

    /// The highest number that was ever given to append in this generation; 0: none.
    std::uint64_t last_number() const { return last_number_; }

    /// Of this generation.
    const LastMessage& last_written() const { return last_written_; }

    Appended append(std::uint64_t number, std::uint32_t next_inbound, std::string_view wire);
    /// Whether something waits for flush.
    bool has_unwritten() const { return buffered_ != 0; }
    void flush();
    /// Makes everything durable that may not be; false where the disk refused.
    bool sync();

    /// The first message numbered `from` to `to`, or nothing and the range's status.
    std::optional<StoredMessage> next(std::uint64_t from, std::uint64_t to, std::size_t bytes_max,
                                      RangeRead& range);

    /// Why the last writing or reading failed; nothing once one went well again.
    const std::optional<txn::io::IoError>& failure() const { return failure_; }

private:
    struct Segment {
        std::uint32_t id = 0;
        std::uint32_t seed = 0;      ///< of its records' checks
        std::uint64_t bytes = 0;     ///< on disk, up to the end of the last whole record
        std::uint64_t messages = 0;  ///< likewise
        std::size_t places = 0;      ///< in the index
        bool sealed = false;         ///< nothing is appended any more
        bool synced = true;
    };
    /// All messages before `place` are numbered at most `after`.
    struct Cursor {
        JournalPlace place;
        std::uint64_t after = 0;
    };

    std::string path_of(std::uint32_t segment) const;
    void note(const txn::io::IoError& error);
    void index(Segment& segment, std::uint64_t number, std::uint64_t offset, bool anyhow);

    // Opening.
    std::vector<std::uint32_t> segments_there(const std::vector<txn::io::DirectoryEntry>& entries);
    void recover_segment(std::uint32_t id, bool is_last, StoreFound& found);
    void scan(SegmentReader& reader, Segment& segment, std::uint64_t size, StoreFound& found);
    void cut_tail(Segment& segment, std::uint64_t size, bool is_last, StoreFound& found);

    // Writing.
    bool make_room(std::size_t bytes);
    bool open_writer();
    bool begin_segment();
    void drop_oldest();
    void give_up_buffered();

    // Reading.
    const Segment* segment_from(JournalPlace& place) const;
    SegmentLook look_at(const Segment& segment, JournalPlace place, bool may_read);
    void step(const Segment& segment, JournalPlace& place, const SegmentLook& look,
              RangeRead& range);
    std::optional<StoredMessage> end_of_range(std::uint64_t to, RangeRead& range);

    txn::io::Files& files_;
    std::string folder_;
    StoreLimits limits_;
    StoreCounts& counts_;
    std::uint64_t segment_bytes_;
    std::uint64_t stride_;  // bytes between two places of the index, about

    std::uint64_t generation_ = 0;
    book::TimeNs created_{};
    std::uint64_t last_number_ = 0;
    LastMessage last_written_;
    LastMessage last_buffered_;
    std::uint32_t next_segment_ = 1;
    std::vector<Segment> segments_;  // ascending
    JournalIndex index_;

    std::unique_ptr<txn::io::File> writer_;  // of the last segment
    std::unique_ptr<std::byte[]> buffer_;
    std::size_t buffer_bytes_;
    std::size_t buffered_ = 0;  // bytes in it, which go behind the last segment's
    std::uint64_t buffered_messages_ = 0;
    std::uint64_t buffered_wire_ = 0;  // their bytes
    bool names_changed_ = false;       // files came or went since the folder was synced
    bool refused_ = false;             // the disk made no file; not tried again before the flush

    std::unique_ptr<SegmentReader> reader_;
    std::uint32_t reader_segment_ = 0;
    std::optional<Cursor> cursor_;
    std::optional<txn::io::IoError> failure_;
};

}  // namespace tickweir::gateway::fix
