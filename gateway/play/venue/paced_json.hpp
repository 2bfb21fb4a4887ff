// A JSON capture as a source of lines that are due: paced by the recorder's clock. Owns the file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "book/types.hpp"
#include "gateway/play/venue/catalog.hpp"
#include "replay/json_capture.hpp"
#include "replay/pacer.hpp"

namespace tickweir::gateway::venue {

/// One reading of one capture. One owner thread.
class PacedJson {
public:
    enum class Step : std::uint8_t {
        line,     ///< line() is due
        not_due,  ///< nothing before next_due()
        over,     ///< nothing follows; trouble() says if that is early
    };

    /// The error is one line naming the file and what is wrong.
    static replay::Result<PacedJson> open(const std::filesystem::path& path,
                                          std::optional<codecs::json::VenueId> venue,
                                          replay::SpeedMillionths speed);

    /// Moves on to the next line if it is due. The first one is due when it is asked for.
    Step step(book::TimeNs now);
    /// After Step::line; until the next step.
    const replay::JsonLine& line() const { return line_; }
    book::TimeNs next_due() const { return next_due_; }

    codecs::json::VenueId venue() const { return capture_.venue(); }
    /// Why the capture ended before its end; empty: it did not.
    const std::string& trouble() const { return trouble_; }

private:
    PacedJson(replay::JsonCapture capture, std::string name, replay::SpeedMillionths speed)
        : capture_{std::move(capture)}, name_{std::move(name)}, pacer_{speed} {}

    replay::JsonCapture capture_;
    std::string name_;
    replay::Pacer pacer_;
    replay::JsonLine line_;
    bool waiting_ = false;  // line_ was read and is not due yet
    bool over_ = false;
    book::TimeNs next_due_{};
    std::string trouble_;
};

/// What a capture has to offer, by reading all of it; what stands before damage where it is
/// damaged.
replay::Result<Catalog> survey(const std::filesystem::path& path,
                               std::optional<codecs::json::VenueId> venue);

}  // namespace tickweir::gateway::venue
