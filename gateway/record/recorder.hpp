// Writes what live feeds receive into files, on a thread that nobody waits for. A disk that is
// full, slow or gone stops recordings, loudly, and nothing else.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "book/byte_ring.hpp"
#include "codecs/json/venue_id.hpp"
#include "gateway/config/config.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/record/recording.hpp"
#include "gateway/runtime/role.hpp"

namespace tickweir::gateway {

/// One feed as the recorder sees it. Its number, for the RecordTap, is its place in the list.
struct RecordedFeed {
    std::string name;
    book::ByteRing* ring = nullptr;                             ///< the recorder is its consumer
    std::string timezone = "America/New_York";                  ///< of the dates in file names
    std::optional<codecs::json::VenueId> venue = std::nullopt;  ///< of a feed of JSON: whose
};

/// Empties the rings of all recorded feeds into their files. To be hosted on a thread of its own,
/// since writing may block, and to be stopped when the feeds have stopped.
class Recorder final : public Role {
public:
    /// Makes the directory where it is missing and tries whether it can be written to; throws
    /// std::runtime_error with one line. The rings and the metrics must outlive the recorder.
    Recorder(const RecordConfig& config, std::vector<RecordedFeed> feeds, Metrics& metrics,
             book::TimeNs now);
    /// Ends the files in hand; what is still in the rings is not recorded.
    ~Recorder() override;

    std::string_view name() const override { return "record"; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;
    /// The rings are emptied once more, then the files are ended.
    void stop(book::TimeNs now) override { stopping_ = true, due_ = now; }
    bool stopped() const override { return stopped_; }

    /// What became of a feed's records, by its number.
    RecordingCounts counts(std::size_t feed) const;

private:
    struct Feed {
        std::string name;
        book::ByteRing* ring;
        std::unique_ptr<Recording> recording;
    };
    /// Whether the ring had more than one turn takes.
    bool drain(Feed& feed, book::TimeNs now);

    std::vector<Feed> feeds_;
    book::TimeNs due_{};  // when the rings are looked at, however little is in them
    bool more_ = false;   // a ring was not emptied
    bool stopping_ = false;
    bool stopped_ = false;
};

}  // namespace tickweir::gateway
