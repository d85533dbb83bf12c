/// The style sheets and scripts of the pages: the files of Resources, which the build embeds in the program.
struct ReportAssets: Sendable {
    let bytes: [UInt8]

    /// The style of every page.
    static let style = ReportAssets(bytes: PackageResources.page_css)
    /// The common part of the scripts of all pages about a round: making elements, the language, printing, sorting.
    static let frame = ReportAssets(bytes: PackageResources.page_js)
    /// The script for the search in the report.
    static let search = ReportAssets(bytes: PackageResources.report_js)
    /// The style of ``ComparisonPage``, in addition to that of every page.
    static let comparisonStyle = ReportAssets(bytes: PackageResources.comparison_css)
    /// The script for the filters and the picture of ``ComparisonPage``.
    static let comparison = ReportAssets(bytes: PackageResources.comparison_js)
    /// The script that switches the language of ``BatchPage``.
    static let batch = ReportAssets(bytes: PackageResources.batch_js)
}
