// The page as it is embedded: whole, by itself, and allowed by its own policy.
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "gateway/page/page.hpp"

namespace tickweir::gateway {
namespace {

const Resource& root() {
    return page_resources().front();
}

// What lies between two marks; empty where they are not there.
std::string_view between(std::string_view text, std::string_view open, std::string_view close) {
    const auto begin = text.find(open);
    if (begin == std::string_view::npos) return {};
    const auto from = begin + open.size();
    const auto end = text.find(close, from);
    return end == std::string_view::npos ? std::string_view{} : text.substr(from, end - from);
}

// The source expression by which a policy allows an inline element with this text.
std::string hash_source(std::string_view text) {
    std::array<unsigned char, 32> digest{};
    std::array<unsigned char, 45> encoded{};
    unsigned length = 0;
    EXPECT_EQ(EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr),
              1);
    EXPECT_EQ(EVP_EncodeBlock(encoded.data(), digest.data(), static_cast<int>(length)), 44);
    const std::string text64(reinterpret_cast<const char*>(encoded.data()), 44);
    return "'sha256-" + text64 + "'";
}

TEST(PageResources, AreOneDocumentAtTheRoot) {
    ASSERT_EQ(page_resources().size(), 1U);
    EXPECT_EQ(root().path, "/");
    EXPECT_EQ(root().content_type, "text/html; charset=utf-8");
    EXPECT_TRUE(root().body.starts_with("<!doctype html>"));
    EXPECT_TRUE(root().body.ends_with("</html>\n"));
    EXPECT_EQ(root().body.find("{{"), std::string_view::npos);
}

TEST(PageResources, PolicyNamesTheHashesOfStyleAndScript) {
    const auto style = between(root().body, "<style>", "</style>");
    const auto script = between(root().body, "<script type=\"module\">", "</script>");
    ASSERT_FALSE(style.empty());
    ASSERT_FALSE(script.empty());
    const auto policy = root().content_security_policy;
    EXPECT_NE(policy.find("style-src " + hash_source(style)), std::string_view::npos) << policy;
    EXPECT_NE(policy.find("script-src " + hash_source(script)), std::string_view::npos) << policy;
    EXPECT_TRUE(policy.starts_with("default-src 'none'; "));
    EXPECT_EQ(policy.find("unsafe"), std::string_view::npos);
}

TEST(PageResources, DocumentCarriesThePolicyOfItsHeader) {
    const auto own =
        between(root().body, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">");
    EXPECT_EQ(std::string{own} + "; frame-ancestors 'none'", root().content_security_policy);
}

TEST(PageResources, DocumentNamesNoOtherPlace) {
    for (const std::string_view mark : {"src=\"", "href=\"http", "url(", "@import", "//cdn"}) {
        EXPECT_EQ(root().body.find(mark), std::string_view::npos) << mark;
    }
}

TEST(PageResources, ScriptIsOnePieceWithoutImports) {
    const auto script = between(root().body, "<script type=\"module\">", "</script>");
    EXPECT_EQ(script.find("\nimport "), std::string_view::npos);
    EXPECT_EQ(script.find("\nexport "), std::string_view::npos);
}

}  // namespace
}  // namespace tickweir::gateway
