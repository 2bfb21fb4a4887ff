// One feed's recording: which file each record goes to, when a file ends, and what becomes of it
// when the disk fails. Told the time; the files are its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "book/types.hpp"
#include "codecs/bytes.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/record/hole_watch.hpp"
#include "gateway/record/record_file.hpp"
#include "gateway/record/tap.hpp"

namespace tickweir::gateway {

struct RecordingOptions {
    RecordFileOptions file;
    std::uint64_t rotate_bytes = std::uint64_t{1} << 30;  ///< before compression
    std::chrono::minutes rotate_after{0};                 ///< of a file's beginning; 0: never
    /// A file that messages are missing from may get longer and older, up to this. The beginning of
    /// a session is fetched into one file, whatever its length, as long as it comes.
    std::uint64_t overlong_bytes = std::uint64_t{64} << 30;
};

/// What became of the records of a feed.
struct RecordingCounts {
    std::uint64_t records = 0;   ///< written
    std::uint64_t bytes = 0;     ///< of files, before compression
    std::uint64_t lost = 0;      ///< records without room in the ring, or while the disk failed
    std::uint64_t files = 0;     ///< begun
    std::uint64_t failures = 0;  ///< times that the recording stopped
    friend bool operator==(const RecordingCounts&, const RecordingCounts&) = default;
};

/// A file begins with the first record and ends when it is long or old enough, but not while
/// messages are missing that may still come: its replay would lose them. An ITCH file also ends
/// where its messages do not follow one another, and one of JSON where records were lost.
class Recording {
public:
    /// What was written is given to the system so often.
    static constexpr std::chrono::seconds flush_every{1};
    /// A recording that failed is taken up again after so long, in a new file.
    static constexpr std::chrono::seconds retry_after{60};

    /// Cells are made in `metrics`, which must outlive it.
    Recording(RecordingOptions options, Metrics& metrics);

    /// Writes one record; `now` is the time of the system, for files and patience.
    void on_record(const TapHeader& header, codecs::Bytes bytes, book::TimeNs now);

    /// About once a second or more often: flushes, and ends a file whose time has come.
    void on_time(book::TimeNs now);

    /// Ends the file in hand.
    void end(book::TimeNs now);

    RecordingCounts counts() const;
    bool failed() const { return retry_at_.has_value(); }

private:
    struct Cells {
        Counter& records;
        Counter& bytes;
        Counter& lost;
        Counter& files;
        Counter& failures;
        Gauge& failed;
    };
    static Cells make_cells(Metrics& metrics, const std::string& feed);

    bool begin(const TapHeader& header, book::TimeNs now);
    void fail(const std::string& reason, book::TimeNs now);
    void note_lost(std::uint64_t records);
    void end_where_broken(const TapHeader& header, book::TimeNs now);
    bool may_end(book::TimeNs now);
    const std::string& feed() const { return options_.file.feed; }

    RecordingOptions options_;
    Cells cells_;
    std::optional<RecordFile> file_;
    book::TimeNs ends_at_ = book::TimeNs::max();  // the file; by its age
    book::TimeNs flushed_at_{};
    bool dirty_ = false;                    // written since
    std::uint64_t position_ = 0;            // of the file, as counted
    HoleWatch holes_;                       // of datagrams
    codecs::Alpha<10> session_;             // of framed messages
    std::uint64_t next_ = 0;                // likewise; 0: none yet
    std::optional<book::TimeNs> retry_at_;  // while failed
    std::uint64_t lost_failing_ = 0;        // since it failed
};

}  // namespace tickweir::gateway
