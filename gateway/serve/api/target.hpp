// The target of an HTTP request (RFC 9112 §3.2, RFC 3986) as decoded path segments and query
// parameters. Strict: what is malformed is refused with the byte it begins at. Knows no endpoint.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tickweir::gateway {

/// What a target may be at most.
struct TargetLimits {
    std::size_t bytes = 4'096;  ///< as sent; at most 65,535
    std::size_t segments = 8;
    std::size_t parameters = 16;
};

/// Why a target is refused.
struct TargetError {
    std::uint16_t status = 400;  ///< 400, or 414 where it is too long
    std::size_t offset = 0;      ///< of the byte that is wrong, in the target as sent
    std::string reason;          ///< names the place and the value seen; escaped, bounded
    friend bool operator==(const TargetError&, const TargetError&) = default;
};

class Target {
public:
    /// Origin form (`/a/b?c=d`) or absolute form (`http://host/a`, whose host is not looked at).
    /// Characters beyond RFC 3986's, incomplete escapes, `%00`, nameless and repeated parameters
    /// are refused. Linear in the target.
    static std::variant<Target, TargetError> parse(std::string_view target,
                                                   const TargetLimits& limits = {});

    /// Segments of the path, decoded: `/` has none, `/a/` has `a` and an empty one, and a `/` that
    /// was sent as `%2F` is part of its segment. Dots have no meaning.
    std::size_t segment_count() const { return segments_.size(); }
    std::string_view segment(std::size_t index) const { return text(segments_[index]); }

    /// The path as sent, still encoded.
    std::string_view path() const { return text(path_); }

    /// Parameters in the order sent. A name without `=` has an empty value; `+` is a space in names
    /// and values, as HTML forms write it.
    std::size_t parameter_count() const { return parameters_.size(); }
    std::string_view parameter_name(std::size_t index) const {
        return text(parameters_[index].name);
    }
    std::optional<std::string_view> parameter(std::string_view name) const;

private:
    friend class TargetParser;

    /// A piece of text_, which may move with its owner.
    struct Piece {
        std::uint32_t begin = 0;
        std::uint32_t length = 0;
    };
    struct Parameter {
        Piece name;
        Piece value;
    };

    Target() = default;
    std::string_view text(Piece piece) const {
        return std::string_view{text_}.substr(piece.begin, piece.length);
    }

    std::string text_;
    Piece path_;
    std::vector<Piece> segments_;
    std::vector<Parameter> parameters_;
};

}  // namespace tickweir::gateway
